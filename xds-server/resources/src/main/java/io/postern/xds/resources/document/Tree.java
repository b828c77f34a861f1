package io.postern.xds.resources.document;

import io.postern.config.source.SourceNode;
import io.postern.config.source.SourceNode.BoolNode;
import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.SourceNode.NumberNode;
import io.postern.config.source.SourceNode.TextNode;
import io.postern.config.source.Spot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A piece of a document whose shape has been checked: values by name, with their places. What is
 * absent reads as empty.
 *
 * <p>Thread-safe: immutable.
 */
public record Tree(Spot spot) {
    /** Field {@code name}, which may be absent. */
    public Tree at(String name) {
        return new Tree(spot.field(name));
    }

    /** Whether field {@code name} says anything. */
    public boolean has(String name) {
        return at(name).isPresent();
    }

    /** Whether there is anything here. */
    public boolean isPresent() {
        return spot.node() != null && !(spot.node() instanceof NullNode);
    }

    /** The text of field {@code name}; empty when absent. */
    public String text(String name) {
        return at(name).text();
    }

    /** The same, with a default. */
    public String text(String name, String fallback) {
        var field = at(name);
        return field.isPresent() ? field.text() : fallback;
    }

    /** This scalar as it is written. */
    public String text() {
        return switch (spot.node()) {
            case TextNode node -> node.text();
            case NumberNode node -> node.text();
            case BoolNode node -> node.written();
            case MapNode _, ListNode _, NullNode _ -> "";
            case null -> "";
        };
    }

    /** The number of field {@code name}. */
    public int number(String name, int fallback) {
        return at(name).spot.node() instanceof NumberNode node
                ? (int) Double.parseDouble(node.text())
                : fallback;
    }

    /** The whole number of field {@code name}, which may be large; 0 when absent. */
    public long count(String name) {
        return has(name) ? Long.parseLong(text(name)) : 0;
    }

    /** The truth of field {@code name}. */
    public boolean truth(String name) {
        return at(name).spot.node() instanceof BoolNode node && node.value();
    }

    /** The elements of list {@code name}. */
    public List<Tree> items(String name) {
        var list = new ArrayList<Tree>();
        var field = spot.field(name);
        if (field.node() instanceof ListNode node) {
            for (int i = 0; i < node.items().size(); i++) {
                list.add(new Tree(field.index(i)));
            }
        }
        return list;
    }

    /** The elements of the list of texts {@code name}. */
    public List<String> texts(String name) {
        return items(name).stream().map(Tree::text).toList();
    }

    /** The map of texts {@code name}, by key. */
    public Map<String, String> table(String name) {
        var table = new TreeMap<String, String>();
        at(name).entries().forEach((key, value) -> table.put(key, value.text()));
        return table;
    }

    /** The fields of this map, by key. */
    public Map<String, Tree> entries() {
        var entries = new TreeMap<String, Tree>();
        if (spot.node() instanceof MapNode map) {
            map.effective()
                    .forEach(entry -> entries.put(entry.key(), new Tree(spot.key(entry.key()))));
        }
        return entries;
    }

    /** The value of {@code key} of this map with keys of the user's. */
    public Tree entry(String key) {
        return new Tree(spot.key(key));
    }

    /** What stands here as JSON, members in the order of their names. */
    public String json() {
        var json = new StringBuilder();
        if (spot.node() != null) {
            Json.write(spot.node(), json);
        }
        return json.toString();
    }

    /** What stands here. */
    public SourceNode node() {
        var node = spot.node();
        return node == null ? new NullNode(spot.place()) : node;
    }
}
