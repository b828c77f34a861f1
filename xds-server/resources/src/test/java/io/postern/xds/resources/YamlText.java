package io.postern.xds.resources;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes maps, lists and scalars as YAML, for expected files that people read. */
final class YamlText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][-A-Za-z0-9_./@ ]*");
    private static final Pattern WORDS = Pattern.compile("(?i)true|false|yes|no|on|off|null|y|n|~");

    private YamlText() {}

    static String of(Object value) {
        var text = new StringBuilder();
        write(value, 0, text);
        return text.toString();
    }

    private static void write(Object value, int indent, StringBuilder text) {
        switch (value) {
            case Map<?, ?> map -> {
                for (var entry : map.entrySet()) {
                    text.append(" ".repeat(indent)).append(scalar(entry.getKey())).append(':');
                    below(entry.getValue(), indent, text);
                }
            }
            case List<?> list -> {
                for (var item : list) {
                    var block = new StringBuilder();
                    if (isScalar(item)) {
                        text.append(" ".repeat(indent))
                                .append("- ")
                                .append(scalar(item))
                                .append('\n');
                        continue;
                    }
                    write(item, indent + 2, block);
                    block.replace(indent, indent + 2, "- ");
                    text.append(block);
                }
            }
            default -> text.append(" ".repeat(indent)).append(scalar(value)).append('\n');
        }
    }

    private static void below(Object value, int indent, StringBuilder text) {
        if (isScalar(value)) {
            text.append(' ').append(scalar(value)).append('\n');
        } else {
            text.append('\n');
            write(value, value instanceof List ? indent : indent + 2, text);
        }
    }

    private static boolean isScalar(Object value) {
        return switch (value) {
            case Map<?, ?> map -> map.isEmpty();
            case List<?> list -> list.isEmpty();
            default -> true;
        };
    }

    private static String scalar(Object value) {
        if (value instanceof Map) {
            return "{}";
        }
        if (value instanceof List) {
            return "[]";
        }
        var text = String.valueOf(value);
        if (!(value instanceof String)
                || (PLAIN.matcher(text).matches()
                        && !text.endsWith(" ")
                        && !WORDS.matcher(text).matches())) {
            return text;
        }
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
