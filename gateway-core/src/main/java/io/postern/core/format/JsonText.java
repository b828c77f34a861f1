package io.postern.core.format;

/** Texts in JSON (RFC 8259 section 7). Thread-safe: pure functions. */
public final class JsonText {
    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    private JsonText() {}

    /** Appends the octets as a quoted JSON text; octets above ASCII stay as they are. */
    public static void quote(byte[] octets, int start, int length, OctetBuffer out) {
        out.append('"');
        for (int i = start; i < start + length; i++) {
            byte octet = octets[i];
            switch (octet) {
                case '"', '\\' -> escape(octet, out);
                case '\n' -> escape('n', out);
                case '\r' -> escape('r', out);
                case '\t' -> escape('t', out);
                case '\b' -> escape('b', out);
                case '\f' -> escape('f', out);
                default -> {
                    if ((octet >= 0 && octet < ' ') || octet == 0x7f) {
                        out.appendLatin1("\\u00");
                        out.append(HEX[octet >> 4]);
                        out.append(HEX[octet & 0xf]);
                    } else {
                        out.append(octet);
                    }
                }
            }
        }
        out.append('"');
    }

    private static void escape(int letter, OctetBuffer out) {
        out.append('\\');
        out.append(letter);
    }
}
