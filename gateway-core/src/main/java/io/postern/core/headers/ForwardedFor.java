package io.postern.core.headers;

import io.postern.core.format.OctetBuffer;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** The x-forwarded-for header: a list of addresses, the nearest last. Pure functions. */
final class ForwardedFor {
    static final HeaderName NAME = HeaderName.of("x-forwarded-for");

    private ForwardedFor() {}

    /** The address before the last {@code skip} ones; null when there is none. */
    static @Nullable InetAddress last(HeaderMap head, int skip) {
        int index = head.indexOf(NAME);
        if (index < 0) {
            return null;
        }
        byte[] octets = head.octets();
        int start = head.valueStart(index);
        int end = start + head.valueLength(index);
        for (int i = 0; i < skip; i++) {
            end = lastComma(octets, start, end);
            if (end < 0) {
                return null;
            }
        }
        int comma = lastComma(octets, start, end);
        int from = comma < 0 || comma + 1 == end ? start : comma + 1;
        from = Tokens.skipBlanks(octets, from, end);
        return IpText.parse(octets, from, Tokens.trimBlanks(octets, from, end) - from);
    }

    /** Whether there is one address and no list. */
    static boolean isSingle(HeaderMap head) {
        int index = head.indexOf(NAME);
        int start = index < 0 ? 0 : head.valueStart(index);
        return index >= 0 && lastComma(head.octets(), start, start + head.valueLength(index)) < 0;
    }

    /** How many addresses there seem to be. */
    static int count(HeaderMap head) {
        int index = head.indexOf(NAME);
        int count = index < 0 ? 0 : 1;
        for (int i = 0; index >= 0 && i < head.valueLength(index); i++) {
            count += head.octets()[head.valueStart(index) + i] == ',' ? 1 : 0;
        }
        return count;
    }

    /** Appends an address. */
    static void append(HeaderMap head, byte[] address, OctetBuffer scratch) {
        int index = head.indexOf(NAME);
        if (index < 0) {
            head.add(NAME, address);
            return;
        }
        scratch.clear();
        scratch.append(head.octets(), head.valueStart(index), head.valueLength(index));
        if (scratch.length() > 0) {
            scratch.append(',');
        }
        scratch.append(address);
        head.setValue(index, scratch.array(), 0, scratch.length());
    }

    private static int lastComma(byte[] octets, int start, int end) {
        for (int i = end - 1; i >= start; i--) {
            if (octets[i] == ',') {
                return i;
            }
        }
        return -1;
    }
}
