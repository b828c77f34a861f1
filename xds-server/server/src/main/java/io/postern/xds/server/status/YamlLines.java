package io.postern.xds.server.status;

import io.postern.config.source.JsonText;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Maps, lists and texts as YAML in blocks. Texts that could be read as something else are quoted.
 */
final class YamlLines {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*");
    private static final Pattern WORD =
            Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null|\\.nan|\\.inf");

    private final StringBuilder text = new StringBuilder();

    static String of(Map<String, ?> tree) {
        var lines = new YamlLines();
        lines.map(tree, 0, true);
        return lines.text.toString();
    }

    private void map(Map<?, ?> map, int indent, boolean ownLine) {
        boolean first = !ownLine;
        for (var entry : map.entrySet()) {
            if (!first) {
                text.append(" ".repeat(indent));
            }
            first = false;
            scalar(String.valueOf(entry.getKey()));
            text.append(':');
            value(entry.getValue(), indent);
        }
    }

    private void value(Object value, int indent) {
        switch (value) {
            case Map<?, ?> map when !map.isEmpty() -> {
                text.append('\n');
                map(map, indent + 2, true);
            }
            case List<?> list when !list.isEmpty() -> {
                text.append('\n');
                list.forEach(item -> item(item, indent));
            }
            case Map<?, ?> _ -> text.append(" {}\n");
            case List<?> _ -> text.append(" []\n");
            case Number number -> text.append(' ').append(number).append('\n');
            default -> {
                text.append(' ');
                scalar(value.toString());
                text.append('\n');
            }
        }
    }

    private void item(Object item, int indent) {
        text.append(" ".repeat(indent)).append("- ");
        if (item instanceof Map<?, ?> map && !map.isEmpty()) {
            map(map, indent + 2, false);
        } else {
            scalar(item.toString());
            text.append('\n');
        }
    }

    private void scalar(String value) {
        if (PLAIN.matcher(value).matches() && !WORD.matcher(value).matches()) {
            text.append(value);
        } else {
            JsonText.quote(value, text);
        }
    }
}
