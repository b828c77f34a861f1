package io.postern.xds.resources.document;

import com.google.re2j.Pattern;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Nearest;
import io.postern.config.source.SourceNode;
import io.postern.config.source.SourceNode.BoolNode;
import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.SourceNode.NumberNode;
import io.postern.config.source.SourceNode.TextNode;
import io.postern.config.source.Spot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells everything in a document that is not of its shape. Confined to one thread. */
public final class ShapeCheck {
    private final Map<String, Pattern> patterns = new HashMap<>();

    /** Checks what stands at {@code spot}. */
    public void check(Spot spot, Shape shape, Diagnostics diagnostics) {
        var node = spot.node();
        if (node == null || node instanceof NullNode) {
            return; // as an API server reads it: absent
        }
        switch (shape) {
            case Shape.Text text -> text(node, text, spot, diagnostics);
            case Shape.Word word -> word(node, word, spot, diagnostics);
            case Shape.Whole whole -> whole(node, whole, spot, diagnostics);
            case Shape.Truth _ -> {
                if (!(node instanceof BoolNode)) {
                    expected(node, "true or false", spot, diagnostics);
                }
            }
            case Shape.Items items -> items(node, items, spot, diagnostics);
            case Shape.Table table -> table(node, table, spot, diagnostics);
            case Shape.Fields fields -> fields(node, fields, spot, diagnostics);
            case Shape.NumberOrText _ -> {
                if (!(node instanceof NumberNode || node instanceof TextNode)) {
                    expected(node, "a number or a text", spot, diagnostics);
                }
            }
            case Shape.Unsupported(var instead) ->
                    diagnostics.error(spot, "not supported yet", instead);
            case Shape.Anything _ -> {}
        }
    }

    private static void expected(
            SourceNode node, String expected, Spot spot, Diagnostics diagnostics) {
        diagnostics.error(spot, node.described() + " (expected: " + expected + ")");
    }

    private void text(SourceNode node, Shape.Text shape, Spot spot, Diagnostics diagnostics) {
        var value = written(node);
        if (value == null) {
            var cure = node instanceof NumberNode || node instanceof BoolNode ? "quote it" : "";
            diagnostics.error(
                    spot, node.described() + " (expected: " + shape.expected() + ")", cure);
            return;
        }
        int length = value.length();
        if (length < shape.minLength() || length > shape.maxLength()) {
            var range =
                    shape.minLength() == shape.maxLength()
                            ? String.valueOf(shape.minLength())
                            : shape.minLength() + " to " + shape.maxLength();
            expected(node, shape.expected() + " of " + range + " characters", spot, diagnostics);
        } else if (!shape.pattern().isEmpty()
                && !patterns.computeIfAbsent(shape.pattern(), Pattern::compile).matches(value)) {
            expected(node, shape.expected(), spot, diagnostics);
        }
    }

    // YAML 1.1 has y and n for booleans, which Kubernetes reads as the texts they are.
    private static @Nullable String written(SourceNode node) {
        return switch (node) {
            case TextNode text -> text.text();
            case BoolNode bool when bool.written().length() == 1 -> bool.written();
            default -> null;
        };
    }

    private static void word(
            SourceNode node, Shape.Word shape, Spot spot, Diagnostics diagnostics) {
        var words = shape.words();
        if (!(node instanceof TextNode text)) {
            expected(node, "one of " + String.join(", ", words), spot, diagnostics);
        } else if (!words.contains(text.text())) {
            diagnostics.error(
                    spot,
                    node.described() + " (expected: one of " + String.join(", ", words) + ")",
                    Nearest.cure(text.text(), words));
        }
    }

    private static void whole(
            SourceNode node, Shape.Whole shape, Spot spot, Diagnostics diagnostics) {
        // Numbers of more than 32 bits are texts to the reader, as they are to Envoy's.
        var text =
                switch (node) {
                    case NumberNode number -> number.text();
                    case TextNode large when large.text().length() > 9 -> large.text();
                    default -> "";
                };
        if (!isWholeIn(text, shape)) {
            expected(
                    node,
                    "a whole number from " + shape.min() + " to " + shape.max(),
                    spot,
                    diagnostics);
        }
    }

    private static boolean isWholeIn(String text, Shape.Whole shape) {
        try {
            long value = Long.parseLong(text);
            return value >= shape.min() && value <= shape.max();
        } catch (NumberFormatException _) {
            return false;
        }
    }

    private void items(SourceNode node, Shape.Items shape, Spot spot, Diagnostics diagnostics) {
        if (!(node instanceof ListNode list)) {
            expected(node, "a list", spot, diagnostics);
            return;
        }
        int size = list.items().size();
        if (size < shape.min() || size > shape.max()) {
            diagnostics.error(
                    spot,
                    "a list of "
                            + size
                            + " (expected: "
                            + shape.min()
                            + " to "
                            + shape.max()
                            + ")");
        }
        for (int i = 0; i < Math.min(size, shape.max()); i++) {
            if (list.items().get(i) instanceof NullNode) {
                expected(list.items().get(i), "a value", spot.index(i), diagnostics);
            }
            check(spot.index(i), shape.item(), diagnostics);
        }
    }

    private void table(SourceNode node, Shape.Table shape, Spot spot, Diagnostics diagnostics) {
        if (!(node instanceof MapNode map)) {
            expected(node, "a map", spot, diagnostics);
            return;
        }
        if (map.effective().size() > shape.max()) {
            diagnostics.error(
                    spot,
                    map.effective().size() + " entries (expected: at most " + shape.max() + ")");
            return;
        }
        map.effective().forEach(entry -> check(spot.key(entry.key()), shape.value(), diagnostics));
    }

    private void fields(SourceNode node, Shape.Fields shape, Spot spot, Diagnostics diagnostics) {
        var known = shape.fields();
        if (!(node instanceof MapNode map)) {
            expected(node, "a map with " + some(known.keySet()), spot, diagnostics);
            return;
        }
        for (var entry : map.effective()) {
            var field = known.get(entry.key());
            var at = spot.key(entry.key());
            if (field == null) {
                var cure = Nearest.cure(entry.key(), known.keySet());
                diagnostics.error(
                        at,
                        "unknown field \"" + entry.key() + "\"",
                        cure.isEmpty() ? "known here: " + some(known.keySet()) : cure);
            } else {
                check(spot.field(entry.key()), field.shape(), diagnostics);
            }
        }
        known.forEach((name, field) -> {
            var entry = map.find(name);
            if (field.required() && (entry == null || entry.value() instanceof NullNode)) {
                diagnostics.error(spot, "\"" + name + "\" is missing");
            }
        });
    }

    private static String some(java.util.Collection<String> names) {
        var first = List.copyOf(names).subList(0, Math.min(12, names.size()));
        return String.join(", ", first) + (names.size() > 12 ? ", …" : "");
    }
}
