package io.postern.app.differential;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An immutable byte string with equality by content: a body as recorded. */
final class Bytes {
    static final Bytes EMPTY = new Bytes(new byte[0]);
    private static final int SHOWN_MAX = 400;

    private final byte[] octets;

    private Bytes(byte[] octets) {
        this.octets = octets;
    }

    static Bytes of(byte[] octets) {
        return octets.length == 0 ? EMPTY : new Bytes(octets.clone());
    }

    /** One byte per character, so that a case file can spell any octet as {@code \\xNN}. */
    static Bytes latin1(String text) {
        return of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A body of the given size whose every position is recognisable: a shifted byte differs. */
    static Bytes pattern(int size) {
        byte[] octets = new byte[size];
        for (int i = 0; i < size; i++) {
            octets[i] = (byte) ('a' + (i + i / 251) % 26);
        }
        return new Bytes(octets);
    }

    int size() {
        return octets.length;
    }

    byte[] toArray() {
        return octets.clone();
    }

    String text() {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    /** The position of the first octet that differs, or -1 when both are equal. */
    int mismatch(Bytes other) {
        return Arrays.mismatch(octets, other.octets);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(octets, that.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    @Override
    public String toString() {
        String shown = Printable.escape(text());
        return octets.length <= SHOWN_MAX
                ? "\"" + shown + "\" (" + octets.length + " bytes)"
                : "\"" + shown.substring(0, 80) + "…\" (" + octets.length + " bytes)";
    }
}
