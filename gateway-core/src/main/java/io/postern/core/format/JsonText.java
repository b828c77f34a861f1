package io.postern.core.format;

/** Texts in JSON (RFC 8259 section 7). Thread-safe: pure functions. */
public final class JsonText {
    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    private JsonText() {}

    /** Appends the octets as a quoted JSON text. */
    public static void quote(byte[] octets, int start, int length, OctetBuffer out) {
        out.append('"');
        escape(octets, start, length, out);
        out.append('"');
    }

    /**
     * Appends the octets as a part of a JSON text: UTF-8 stays as it is; what is none is shown
     * octet by octet, as in Envoy.
     */
    public static void escape(byte[] octets, int start, int length, OctetBuffer out) {
        if (!isUtf8(octets, start, length)) {
            escapeOctets(octets, start, length, out);
            return;
        }
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
                        escapeOctet(octet, out);
                    } else {
                        out.append(octet);
                    }
                }
            }
        }
    }

    private static void escapeOctets(byte[] octets, int start, int length, OctetBuffer out) {
        for (int i = start; i < start + length; i++) {
            byte octet = octets[i];
            if (octet >= ' ' && octet < 0x7f && octet != '"' && octet != '\\') {
                out.append(octet);
            } else {
                escapeOctet(octet, out);
            }
        }
    }

    private static void escapeOctet(byte octet, OctetBuffer out) {
        out.appendLatin1("\\u00");
        out.append(HEX[(octet & 0xf0) >> 4]);
        out.append(HEX[octet & 0xf]);
    }

    private static boolean isUtf8(byte[] octets, int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (octets[i] < 0) {
                return Utf8.isWellFormed(octets, i, start + length);
            }
        }
        return true;
    }

    private static void escape(int letter, OctetBuffer out) {
        out.append('\\');
        out.append(letter);
    }
}
