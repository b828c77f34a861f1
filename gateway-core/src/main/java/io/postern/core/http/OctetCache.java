package io.postern.core.http;

import io.netty.util.AsciiString;
import java.util.Arrays;

/**
 * Strings that repeat from message to message (header names, usual values), so that the HPACK
 * encoder gets the same object, whose hash it has already computed. Direct-mapped: a newcomer
 * replaces the one in its slot, so that nobody can make it grow. Confined to one worker.
 */
final class OctetCache {
    private static final int SLOTS = 512; // a power of two
    private static final int LONGEST = 48;

    private final AsciiString[] slots = new AsciiString[SLOTS];

    OctetCache() {
        Arrays.fill(slots, AsciiString.EMPTY_STRING);
    }

    AsciiString get(byte[] octets, int from, int length) {
        if (length > LONGEST) {
            return new AsciiString(octets, from, length, true);
        }
        int hash = length;
        for (int i = from; i < from + length; i++) {
            hash = hash * 31 + octets[i];
        }
        int slot = (hash ^ hash >>> 15) & (SLOTS - 1);
        AsciiString known = slots[slot];
        if (known.length() == length && same(known, octets, from, length)) {
            return known;
        }
        var fresh = new AsciiString(octets, from, length, true);
        slots[slot] = fresh;
        return fresh;
    }

    private static boolean same(AsciiString known, byte[] octets, int from, int length) {
        int start = known.arrayOffset();
        return Arrays.equals(known.array(), start, start + length, octets, from, from + length);
    }
}
