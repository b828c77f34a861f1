package io.postern.filters.opa.input;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Percent-decoded text and {@code key=value} lists as Go's {@code net/url} reads them, because
 * policies were written against that.
 */
final class FormText {
    private FormText() {}

    /** What is wrong with a text, in Go's words; or null when {@link #decode} takes it. */
    static @Nullable String escapeError(byte[] text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text[i] == '%') {
                if (i + 2 >= end || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0) {
                    int shown = Math.min(end, i + 3);
                    return "invalid URL escape \""
                            + new String(text, i, shown - i, StandardCharsets.UTF_8)
                            + '"';
                }
                i += 2;
            }
        }
        return null;
    }

    /** Decodes {@code %XX}, and {@code +} to a blank where asked for. */
    static byte[] decode(byte[] text, int start, int end, boolean plusIsBlank) {
        var decoded = new ByteArrayOutputStream(end - start);
        for (int i = start; i < end; i++) {
            if (text[i] == '%') {
                decoded.write((hex(text[i + 1]) << 4) | hex(text[i + 2]));
                i += 2;
            } else {
                decoded.write(text[i] == '+' && plusIsBlank ? ' ' : text[i]);
            }
        }
        return decoded.toByteArray();
    }

    /** What {@code url.ParseQuery} complains about; or null when {@link #fields} takes it. */
    static @Nullable String queryError(byte[] query, int start, int end) {
        int from = start;
        String error = null;
        for (int i = start; i <= end && error == null; i++) {
            if (i == end || query[i] == '&') {
                error = escapeError(query, from, i);
                from = i + 1;
            } else if (query[i] == ';') {
                return "invalid semicolon separator in query";
            }
        }
        return error;
    }

    /** Values by key, as {@code url.ParseQuery} gives them; check {@link #queryError} first. */
    static Map<String, List<String>> fields(byte[] query, int start, int end) {
        var fields = new LinkedHashMap<String, List<String>>();
        int from = start;
        for (int i = start; i <= end; i++) {
            if (i == end || query[i] == '&') {
                if (i > from) {
                    field(query, from, i, fields);
                }
                from = i + 1;
            }
        }
        return fields;
    }

    private static void field(byte[] query, int from, int end, Map<String, List<String>> fields) {
        int equals = from;
        while (equals < end && query[equals] != '=') {
            equals++;
        }
        String key = text(query, from, equals);
        String value = equals == end ? "" : text(query, equals + 1, end);
        fields.computeIfAbsent(key, any -> new ArrayList<>(1)).add(value);
    }

    private static String text(byte[] query, int from, int end) {
        return new String(decode(query, from, end, true), StandardCharsets.UTF_8);
    }

    private static int hex(byte digit) {
        return digit < 0 ? -1 : Character.digit(digit, 16);
    }
}
