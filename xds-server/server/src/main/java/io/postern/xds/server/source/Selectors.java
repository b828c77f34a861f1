package io.postern.xds.server.source;

import io.postern.config.source.Diagnostics;
import io.postern.config.source.Nearest;
import io.postern.config.source.SourceNode;
import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.config.source.SourceNode.TextNode;
import io.postern.config.source.Spot;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.NodeSelector;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads {@code nodes: {ids: […], clusters: […], metadata: {…}, audience: envoy}}. */
final class Selectors {
    static final NodeSelector ANYBODY =
            new NodeSelector(Set.of(), Set.of(), Map.of(), Audience.ANY);

    private static final List<String> FIELDS = List.of("ids", "clusters", "metadata", "audience");

    private Selectors() {}

    static NodeSelector read(SourceNode node, Spot spot, Diagnostics diagnostics) {
        if (!(node instanceof MapNode map)) {
            diagnostics.error(spot, node.described() + " (expected: a map of " + FIELDS + ")");
            return ANYBODY;
        }
        for (var entry : map.entries()) {
            if (!FIELDS.contains(entry.key())) {
                diagnostics.error(
                        spot.field(entry.key()),
                        "unknown field '" + entry.key() + "' (expected: one of " + FIELDS + ")",
                        Nearest.cure(entry.key(), FIELDS));
            }
        }
        return new NodeSelector(
                texts(map, "ids", spot, diagnostics),
                texts(map, "clusters", spot, diagnostics),
                fields(map, spot, diagnostics),
                audience(map, spot, diagnostics));
    }

    private static Set<String> texts(
            MapNode map, String field, Spot spot, Diagnostics diagnostics) {
        Set<String> texts = new HashSet<>();
        var entry = map.find(field);
        if (entry == null) {
            return texts;
        }
        List<SourceNode> items =
                entry.value() instanceof ListNode list ? list.items() : List.of(entry.value());
        for (SourceNode item : items) {
            if (item instanceof TextNode text) {
                texts.add(text.text());
            } else {
                diagnostics.error(spot.field(field), item.described() + " (expected: a text)");
            }
        }
        if (items.isEmpty()) {
            // "Nobody" must not come to mean everybody.
            diagnostics.error(spot.field(field), "an empty list (expected: at least one text)");
        }
        return texts;
    }

    private static Map<String, String> fields(MapNode map, Spot spot, Diagnostics diagnostics) {
        Map<String, String> fields = new HashMap<>();
        var entry = map.find("metadata");
        if (entry == null) {
            return fields;
        }
        Spot at = spot.field("metadata");
        if (!(entry.value() instanceof MapNode values)) {
            diagnostics.error(at, entry.value().described() + " (expected: a map of texts)");
            return fields;
        }
        for (var value : values.entries()) {
            if (value.value() instanceof TextNode text) {
                fields.put(value.key(), text.text());
            } else {
                diagnostics.error(
                        at.key(value.key()), value.value().described() + " (expected: a text)");
            }
        }
        return fields;
    }

    private static Audience audience(MapNode map, Spot spot, Diagnostics diagnostics) {
        var entry = map.find("audience");
        if (entry == null) {
            return Audience.ANY;
        }
        if (entry.value() instanceof TextNode text) {
            for (Audience one : Audience.values()) {
                if (one.name().equals(text.text().toUpperCase(Locale.ROOT))) {
                    return one;
                }
            }
        }
        diagnostics.error(
                spot.field("audience"),
                entry.value().described() + " (expected: any, envoy or postern)");
        return Audience.ANY;
    }

    /** Whether a node could match both. */
    static boolean overlap(NodeSelector one, NodeSelector other) {
        return meet(one.ids(), other.ids())
                && meet(one.clusters(), other.clusters())
                && one.metadata().entrySet().stream()
                        .allMatch(field ->
                                field.getValue()
                                        .equals(
                                                other.metadata()
                                                        .getOrDefault(
                                                                field.getKey(), field.getValue())))
                && (one.audience() == Audience.ANY
                        || other.audience() == Audience.ANY
                        || one.audience() == other.audience());
    }

    private static boolean meet(Set<String> one, Set<String> other) {
        return one.isEmpty() || other.isEmpty() || one.stream().anyMatch(other::contains);
    }
}
