package io.postern.filters.opa.input;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code type; name=value; name="quoted value"} as in Content-Type and Content-Disposition. */
final class MediaParameters {
    private MediaParameters() {}

    /** What comes before the first semicolon, in lower case. */
    static String type(String value) {
        int semicolon = value.indexOf(';');
        return (semicolon < 0 ? value : value.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /** The value of a parameter, unquoted; or null. */
    static @Nullable String of(String value, String name) {
        int i = value.indexOf(';');
        while (i >= 0 && i < value.length()) {
            int equals = value.indexOf('=', i);
            if (equals < 0) {
                return null;
            }
            var text = new StringBuilder();
            int end = parameter(value, equals + 1, text);
            if (value.substring(i + 1, equals).strip().equalsIgnoreCase(name)) {
                return text.toString();
            }
            i = value.indexOf(';', end);
        }
        return null;
    }

    private static int parameter(String value, int from, StringBuilder text) {
        if (from < value.length() && value.charAt(from) == '"') {
            return quoted(value, from + 1, text);
        }
        int end = value.indexOf(';', from);
        end = end < 0 ? value.length() : end;
        text.append(value, from, end);
        while (!text.isEmpty() && text.charAt(text.length() - 1) <= ' ') {
            text.setLength(text.length() - 1);
        }
        return end;
    }

    private static int quoted(String value, int from, StringBuilder text) {
        int i = from;
        while (i < value.length() && value.charAt(i) != '"') {
            if (value.charAt(i) == '\\' && i + 1 < value.length()) {
                i++;
            }
            text.append(value.charAt(i++));
        }
        return i + 1;
    }
}
