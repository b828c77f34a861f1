package io.postern.core;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/** Reads and writes {@code :status} without a String on the way. */
final class Status {
    private static final byte[][] TEXTS = new byte[600][];

    static {
        for (int i = 100; i < TEXTS.length; i++) {
            TEXTS[i] =
                    new byte[] {
                        (byte) ('0' + i / 100), (byte) ('0' + i / 10 % 10), (byte) ('0' + i % 10)
                    };
        }
    }

    private Status() {}

    /** The status of a response head, or 0 when there is none. */
    static int of(HeaderMap head) {
        int index = head.indexOf(HeaderName.STATUS);
        if (index < 0 || head.valueLength(index) != 3) {
            return 0;
        }
        byte[] octets = head.octets();
        int at = head.valueStart(index);
        return (octets[at] - '0') * 100 + (octets[at + 1] - '0') * 10 + (octets[at + 2] - '0');
    }

    /** Sets the status, 100 to 599. */
    static void set(HeaderMap head, int status) {
        head.set(HeaderName.STATUS, TEXTS[status]);
    }
}
