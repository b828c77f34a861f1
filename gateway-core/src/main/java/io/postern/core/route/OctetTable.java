package io.postern.core.route;

import java.util.Arrays;
import java.util.List;

/**
 * Finds keys that are the whole, the start or the end of a text, in one walk over the text: the
 * hash grows octet by octet, and only where a key of that length exists it is looked up.
 * Thread-safe: immutable.
 */
final class OctetTable {
    private static final int NONE = -1;

    private final boolean fold;
    private final boolean backwards;
    private final byte[][] keys;
    private final int[] hashes;
    private final int[] slots; // key number or NONE, open addressing
    private final boolean[] lengths; // by key length

    /**
     * @param keys distinct; number in the list is what lookups return
     * @param fold upper-case ASCII letters count as lower case
     * @param backwards keys are ends of texts
     */
    OctetTable(List<byte[]> keys, boolean fold, boolean backwards) {
        this.fold = fold;
        this.backwards = backwards;
        this.keys = keys.toArray(byte[][]::new);
        this.hashes = new int[this.keys.length];
        this.slots = new int[Integer.highestOneBit(Math.max(4, this.keys.length * 4 - 1))];
        Arrays.fill(slots, NONE);
        int longest = 0;
        for (byte[] key : this.keys) {
            longest = Math.max(longest, key.length);
        }
        this.lengths = new boolean[this.keys.length == 0 ? 0 : longest + 1];
        for (int i = 0; i < this.keys.length; i++) {
            insert(i);
        }
    }

    boolean isEmpty() {
        return keys.length == 0;
    }

    /** Longest text length at which a lookup can succeed, plus one; 0 when there are no keys. */
    int lengthBound() {
        return lengths.length;
    }

    boolean hasLength(int length) {
        return lengths[length];
    }

    /** The hash of one more octet. */
    int grow(int hash, byte octet) {
        return hash * 31 + (fold ? lower(octet) : octet);
    }

    /** The key that is the whole text, or -1. */
    int whole(byte[] text, int start, int length) {
        if (length >= lengths.length || !lengths[length]) {
            return NONE;
        }
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = grow(hash, text[backwards ? start + length - 1 - i : start + i]);
        }
        return find(hash, text, start, length);
    }

    /** The longest key that is the start (or end) of the text and shorter than it, or -1. */
    int longestPart(byte[] text, int start, int length) {
        int found = NONE;
        int hash = 0;
        int bound = Math.min(lengths.length, length);
        for (int size = 0; size < bound; size++) {
            if (lengths[size]) {
                int key = find(hash, text, backwards ? start + length - size : start, size);
                found = key == NONE ? found : key;
            }
            hash = grow(hash, text[backwards ? start + length - 1 - size : start + size]);
        }
        return found;
    }

    /** The key with this hash and these octets, or -1. */
    int find(int hash, byte[] text, int start, int length) {
        int mask = slots.length - 1;
        for (int slot = spread(hash) & mask; slots[slot] != NONE; slot = (slot + 1) & mask) {
            int key = slots[slot];
            if (hashes[key] == hash && same(keys[key], text, start, length)) {
                return key;
            }
        }
        return NONE;
    }

    static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + 32) : octet;
    }

    private void insert(int key) {
        byte[] octets = keys[key];
        int hash = 0;
        for (int i = 0; i < octets.length; i++) {
            hash = grow(hash, octets[backwards ? octets.length - 1 - i : i]);
        }
        hashes[key] = hash;
        lengths[octets.length] = true;
        int slot = spread(hash) & (slots.length - 1);
        while (slots[slot] != NONE) {
            slot = (slot + 1) & (slots.length - 1);
        }
        slots[slot] = key;
    }

    private boolean same(byte[] key, byte[] text, int start, int length) {
        if (key.length != length) {
            return false;
        }
        if (!fold) {
            return Arrays.equals(text, start, start + length, key, 0, length);
        }
        for (int i = 0; i < length; i++) {
            if (lower(text[start + i]) != lower(key[i])) {
                return false;
            }
        }
        return true;
    }

    private static int spread(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed ^ (mixed >>> 16);
    }
}
