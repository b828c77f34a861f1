package io.postern.xds.resources;

import io.postern.config.source.Diagnostic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Statuses as maps and lists. */
final class StatusText {
    private StatusText() {}

    static Object of(List<DocumentStatus> statuses) {
        var all = new LinkedHashMap<String, Object>();
        for (var status : statuses) {
            var tree = new LinkedHashMap<String, Object>();
            put(tree, "conditions", conditions(status.conditions()));
            put(tree, "parents", parents(status));
            put(tree, "listeners", listeners(status));
            put(tree, "findings", status.findings().stream().map(StatusText::finding).toList());
            if (!tree.isEmpty()) {
                var name = status.key() + " at " + status.place();
                all.put(name, tree);
            }
        }
        return all;
    }

    private static void put(Map<String, Object> tree, String name, Object value) {
        boolean empty =
                switch (value) {
                    case Map<?, ?> map -> map.isEmpty();
                    case List<?> list -> list.isEmpty();
                    default -> false;
                };
        if (!empty) {
            tree.put(name, value);
        }
    }

    private static Map<String, Object> conditions(List<Condition> conditions) {
        var tree = new LinkedHashMap<String, Object>();
        for (var condition : conditions) {
            var text = condition.status() + " " + condition.reason();
            tree.put(
                    condition.type(),
                    condition.message().isEmpty() ? text : text + ": " + condition.message());
        }
        return tree;
    }

    private static Map<String, Object> parents(DocumentStatus status) {
        var tree = new LinkedHashMap<String, Object>();
        for (var parent : status.parents()) {
            var name =
                    parent.parent()
                            + (parent.sectionName().isEmpty() ? "" : " " + parent.sectionName())
                            + (parent.port() == 0 ? "" : " port " + parent.port());
            tree.put(name, conditions(parent.conditions()));
        }
        return tree;
    }

    private static Map<String, Object> listeners(DocumentStatus status) {
        var tree = new LinkedHashMap<String, Object>();
        for (var listener : status.listeners()) {
            var one = new LinkedHashMap<String, Object>();
            one.put("attachedRoutes", listener.attachedRoutes());
            one.put("supportedKinds", new ArrayList<Object>(listener.supportedKinds()));
            one.putAll(conditions(listener.conditions()));
            tree.put(listener.name(), one);
        }
        return tree;
    }

    private static String finding(Diagnostic finding) {
        return finding.severity()
                + " "
                + finding.place()
                + " "
                + finding.protoPath()
                + ": "
                + finding.message()
                + (finding.cure().isEmpty() ? "" : " [" + finding.cure() + "]");
    }
}
