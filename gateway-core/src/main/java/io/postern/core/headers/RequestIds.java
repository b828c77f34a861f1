package io.postern.core.headers;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.SplittableRandom;

/**
 * Makes x-request-id: a random UUID (RFC 9562 section 5.4) written as octets. The first digit of
 * its third group is 4, which in Envoy's ids also says "not traced". Confined to one event loop.
 */
final class RequestIds {
    static final HeaderName NAME = HeaderName.of("x-request-id");
    private static final int LENGTH = 36;
    private static final int TRACE_DIGIT = 14;
    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    private final SplittableRandom random;
    private final byte[] scratch = new byte[LENGTH];

    RequestIds(SplittableRandom random) {
        this.random = random;
    }

    /** Gives the request a new id. */
    void set(HeaderMap head) {
        long high = (random.nextLong() & 0xffffffffffff0fffL) | 0x4000L;
        long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        digits(high >>> 32, 8, 0);
        scratch[8] = '-';
        digits(high >>> 16, 4, 9);
        scratch[13] = '-';
        digits(high, 4, 14);
        scratch[18] = '-';
        digits(low >>> 48, 4, 19);
        scratch[23] = '-';
        digits(low, 12, 24);
        head.set(NAME, scratch);
    }

    /** Takes a foreign id over: it says nothing about tracing here. */
    static void untrace(HeaderMap head) {
        int index = head.indexOf(NAME);
        if (index < 0 || head.valueLength(index) != LENGTH) {
            return;
        }
        int at = head.valueStart(index) + TRACE_DIGIT;
        byte digit = head.octets()[at];
        if (digit != '4') {
            byte[] value = head.valueOctets(index);
            value[TRACE_DIGIT] = '4';
            head.setValue(index, value, 0, LENGTH);
        }
    }

    private void digits(long value, int count, int at) {
        for (int i = count - 1; i >= 0; i--) {
            scratch[at + i] = HEX[(int) (value & 0xf)];
            value >>>= 4;
        }
    }
}
