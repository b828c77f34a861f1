package io.postern.xds.server.admin;

import io.postern.config.source.JsonText;
import java.util.List;
import java.util.Map;

/** Writes maps, lists, texts, numbers and truths as JSON. */
final class Json {
    private Json() {}

    static String of(Object tree) {
        var json = new StringBuilder();
        write(tree, json);
        return json.append('\n').toString();
    }

    private static void write(Object tree, StringBuilder json) {
        switch (tree) {
            case Map<?, ?> map -> {
                json.append('{');
                int count = 0;
                for (var entry : map.entrySet()) {
                    json.append(count++ == 0 ? "" : ", ");
                    JsonText.quote(String.valueOf(entry.getKey()), json);
                    json.append(": ");
                    write(entry.getValue(), json);
                }
                json.append('}');
            }
            case List<?> list -> {
                json.append('[');
                int count = 0;
                for (Object item : list) {
                    json.append(count++ == 0 ? "" : ", ");
                    write(item, json);
                }
                json.append(']');
            }
            case Number number -> json.append(number);
            case Boolean truth -> json.append(truth);
            default -> JsonText.quote(tree.toString(), json);
        }
    }
}
