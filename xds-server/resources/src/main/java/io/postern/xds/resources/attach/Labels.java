package io.postern.xds.resources.attach;

import io.postern.xds.resources.document.Tree;
import java.util.Map;

/** Kubernetes' label selectors. */
public final class Labels {
    private Labels() {}

    /** Whether {@code labels} are what {@code selector} asks for; an empty one asks for nothing. */
    public static boolean match(Tree selector, Map<String, String> labels) {
        for (var wanted : selector.table("matchLabels").entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        return selector.items("matchExpressions").stream().allMatch(one -> holds(one, labels));
    }

    private static boolean holds(Tree expression, Map<String, String> labels) {
        var value = labels.get(expression.text("key"));
        return switch (expression.text("operator")) {
            case "In" -> value != null && expression.texts("values").contains(value);
            case "NotIn" -> value == null || !expression.texts("values").contains(value);
            case "Exists" -> value != null;
            default -> value == null; // DoesNotExist: the shape allows no other
        };
    }
}
