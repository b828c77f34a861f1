package io.postern.xds.server.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The same trees as lines for people. */
final class Texts {
    private Texts() {}

    static List<String> status(Map<String, Object> tree) {
        List<String> lines = new ArrayList<>();
        boolean held = Boolean.TRUE.equals(tree.get("held"));
        lines.add(
                "revision "
                        + tree.get("revision")
                        + " of "
                        + tree.get("at")
                        + " by "
                        + tree.get("who")
                        + (held ? ", held until the documents change" : ""));
        if (!held && !Boolean.TRUE.equals(tree.get("serves_its_folder"))) {
            lines.add("the folder says something else than what is served");
        }
        if (tree.get("store") instanceof Map<?, ?> store) {
            lines.add(store(store));
        }
        lines.add(tree.get("streams") + " streams");
        for (Map<?, ?> file : maps(tree.get("files"))) {
            List<?> findings = list(file.get("findings"));
            lines.add((findings.isEmpty() ? "OK " : "-- ") + file.get("file"));
            findings.forEach(finding -> lines.add("   " + finding));
        }
        for (Map<?, ?> document : maps(tree.get("documents"))) {
            var line = new StringBuilder(String.valueOf(document.get("document")));
            for (Map<?, ?> condition : maps(document.get("conditions"))) {
                boolean holds = "true".equals(condition.get("status"));
                line.append(' ').append(holds ? "" : "!").append(condition.get("type"));
                if (!holds) {
                    line.append(" (").append(condition.get("reason")).append(')');
                }
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static String store(Map<?, ?> store) {
        boolean reachable = Boolean.TRUE.equals(store.get("reachable"));
        return "kept in "
                + store.get("where")
                + (reachable ? "" : ", which is away: " + store.get("problem"))
                + ", "
                + store.get("conflicts")
                + " conflicts with other servers";
    }

    static List<String> node(Map<String, Object> tree) {
        List<String> lines = new ArrayList<>();
        lines.add(
                tree.get("id")
                        + "  "
                        + tree.get("cluster")
                        + "  "
                        + tree.get("product")
                        + "  "
                        + tree.get("variant")
                        + "  revision "
                        + tree.get("revision")
                        + "  "
                        + tree.get("state")
                        + "  "
                        + tree.get("groups"));
        if (tree.get("complaints") instanceof Map<?, ?> complaints) {
            complaints.forEach((type, text) -> lines.add("  NACK " + type + ": " + text));
        }
        for (Map<?, ?> resource : maps(tree.get("resources"))) {
            lines.add(
                    "  "
                            + resource.get("state")
                            + "  "
                            + resource.get("type")
                            + "  "
                            + resource.get("name")
                            + "  "
                            + resource.get("version"));
        }
        return lines;
    }

    static List<String> revision(Map<String, Object> tree) {
        List<String> lines = new ArrayList<>();
        lines.add(tree.get("revision") + "  " + tree.get("at") + "  " + tree.get("who"));
        list(tree.get("what")).forEach(line -> lines.add("    " + line));
        return lines;
    }

    private static List<Map<?, ?>> maps(@org.jspecify.annotations.Nullable Object value) {
        List<Map<?, ?>> maps = new ArrayList<>();
        for (Object one : list(value)) {
            if (one instanceof Map<?, ?> map) {
                maps.add(map);
            }
        }
        return maps;
    }

    private static List<?> list(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
