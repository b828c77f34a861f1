package io.postern.filters.opa.builtin;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Text in double quotes as Go's {@code strconv.Quote} writes it. */
final class GoQuote {
    private GoQuote() {}

    static String quote(String text, boolean asciiOnly) {
        var out = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(c -> append(out, c, asciiOnly));
        return out.append('"').toString();
    }

    static String hex(String text, boolean upper, boolean spaced) {
        var format = spaced ? HexFormat.ofDelimiter(" ") : HexFormat.of();
        return (upper ? format.withUpperCase() : format)
                .formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void append(StringBuilder out, int c, boolean asciiOnly) {
        int escape = "\u0007\b\f\n\r\t\u000b\\\"".indexOf(c);
        if (escape >= 0) {
            out.append('\\').append("abfnrtv\\\"".charAt(escape));
        } else if (c < ' ' || c == 0x7f) {
            out.append(String.format("\\x%02x", c));
        } else if (c < 0x7f || (!asciiOnly && isPrintable(c))) {
            out.appendCodePoint(c);
        } else {
            out.append(String.format(c > 0xffff ? "\\U%08x" : "\\u%04x", c));
        }
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
