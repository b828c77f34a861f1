package io.postern.xds.server.admin;

import com.google.protobuf.Message;
import io.postern.config.envoy.ResourceTranslator;
import io.postern.xds.server.Change;
import io.postern.xds.server.store.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is different between two revisions, down to single values; without secrets. */
public final class Difference {
    private static final int MOST_LINES = 5_000;
    private static final int MOST_CHARACTERS = 200;

    private Difference() {}

    /** Lines for people, the first of each resource names it. */
    public static List<String> lines(Revision before, Revision after) {
        List<String> lines = new ArrayList<>();
        for (Change change : Change.between(before.groups(), after.groups())) {
            lines.add(change.toString());
            Map<String, String> old = values(change.in(before.groups()));
            Map<String, String> now = values(change.in(after.groups()));
            var paths = new TreeSet<>(old.keySet());
            paths.addAll(now.keySet());
            for (String path : paths) {
                String was = old.get(path);
                String is = now.get(path);
                if (was != null && !was.equals(is)) {
                    lines.add("    - " + path + ": " + was);
                }
                if (is != null && !is.equals(was)) {
                    lines.add("    + " + path + ": " + is);
                }
            }
            if (lines.size() > MOST_LINES) {
                lines.add("and more");
                break;
            }
        }
        return lines;
    }

    private static Map<String, String> values(@Nullable Message message) {
        Map<String, String> values = new TreeMap<>();
        if (message != null) {
            flatten("", ResourceTranslator.shown(message), values);
            values.remove("@type");
        }
        return values;
    }

    private static void flatten(String path, Object tree, Map<String, String> values) {
        switch (tree) {
            case Map<?, ?> map ->
                    map.forEach((name, value) ->
                            flatten(path.isEmpty() ? "" + name : path + "." + name, value, values));
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    flatten(path + "[" + i + "]", list.get(i), values);
                }
            }
            default -> values.put(path, cut(tree.toString()));
        }
    }

    private static String cut(String text) {
        String line = text.replace("\n", "\\n");
        return line.length() <= MOST_CHARACTERS
                ? line
                : line.substring(0, MOST_CHARACTERS) + "… (" + line.length() + " characters)";
    }
}
