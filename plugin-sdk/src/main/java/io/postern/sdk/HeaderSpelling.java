package io.postern.sdk;

import java.util.Arrays;

/**
 * How a message that came over HTTP/1 spelled the names of its headers, for the HTTP/1 message that
 * it becomes: a {@link HeaderMap} itself holds them in lower case. Confined to one thread at a
 * time.
 *
 * <p>Source: Envoy's {@code PreserveCaseHeaderFormatter}. As there, the first spelling of a name
 * counts for all of its lines.
 */
public final class HeaderSpelling {
    private static final byte[] NO_REASON = {};

    private final boolean properElsewhere;
    private final boolean keepsReason;
    private byte[] names = new byte[256];
    private int[] ends = new int[16];
    private int count;
    private byte[] reason = NO_REASON;

    /**
     * @param properElsewhere names that were not in the message become {@code Content-Type}
     * @param keepsReason the reason phrase of a response is kept, too
     */
    public HeaderSpelling(boolean properElsewhere, boolean keepsReason) {
        this.properElsewhere = properElsewhere;
        this.keepsReason = keepsReason;
    }

    /** Remembers how a name was spelled; whoever calls bounds how many there are. */
    public void remember(byte[] octets, int start, int length) {
        int used = count == 0 ? 0 : ends[count - 1];
        if (used + length > names.length) {
            names = Arrays.copyOf(names, Math.max(names.length * 2, used + length));
        }
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count * 2);
        }
        System.arraycopy(octets, start, names, used, length);
        ends[count++] = used + length;
    }

    /** Remembers the reason phrase, where that is wanted. */
    public void rememberReason(byte[] octets, int start, int end) {
        if (keepsReason && start < end) {
            reason = Arrays.copyOfRange(octets, start, end);
        }
    }

    /** The reason phrase; empty: none was remembered. */
    public byte[] reason() {
        return reason;
    }

    /** Spells the lower-case name that stands at {@code start} of {@code octets}. */
    public void apply(byte[] octets, int start, int length) {
        int from = 0;
        for (int i = 0; i < count; i++) {
            int to = ends[i];
            if (to - from == length && isSame(from, octets, start, length)) {
                System.arraycopy(names, from, octets, start, length);
                return;
            }
            from = to;
        }
        if (properElsewhere) {
            capitalise(octets, start, length);
        }
    }

    /**
     * Spells a lower-case name like {@code Content-Type}: letters at the beginning, and behind what
     * is neither a letter nor a digit, as in Envoy.
     */
    public static void capitalise(byte[] octets, int start, int length) {
        boolean first = true;
        for (int i = start; i < start + length; i++) {
            byte octet = octets[i];
            boolean letter = octet >= 'a' && octet <= 'z';
            if (first && letter) {
                octets[i] = (byte) (octet - ('a' - 'A'));
            }
            first = !letter && !(octet >= '0' && octet <= '9');
        }
    }

    private boolean isSame(int from, byte[] lower, int start, int length) {
        for (int i = 0; i < length; i++) {
            byte have = names[from + i];
            if ((have >= 'A' && have <= 'Z' ? have + ('a' - 'A') : have) != lower[start + i]) {
                return false;
            }
        }
        return true;
    }
}
