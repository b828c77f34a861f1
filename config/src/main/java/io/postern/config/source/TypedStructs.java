package io.postern.config.source;

import io.postern.config.source.SourceNode.Entry;
import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.config.source.SourceNode.TextNode;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code {"@type": …TypedStruct, type_url: X, value: {…}}} as {@code {"@type": X, …}}, which
 * it stands for: control planes use it for types that they have no code of.
 *
 * <p>Source: udpa.type.v1.TypedStruct, xds.type.v3.TypedStruct; Envoy's
 * Config::Utility::translateOpaqueConfig. Thread-safe: stateless.
 */
public final class TypedStructs {
    /** Part of every text that has one. */
    private static final String MARK = "TypedStruct";

    private static final String PREFIX = "type.googleapis.com/";
    private static final Set<String> KEYS = Set.of("@type", "type_url", "typeUrl");
    private static final Set<String> NAMES =
            Set.of("udpa.type.v1.TypedStruct", "xds.type.v3.TypedStruct");

    private final IdentityHashMap<SourceNode, SourceNode> done = new IdentityHashMap<>();
    private final Diagnostics diagnostics;

    private TypedStructs(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    /** {@code tree} without them; {@code text} is what it was read from. */
    static @Nullable SourceNode written(
            @Nullable SourceNode tree, String text, Diagnostics diagnostics) {
        return tree == null || !mayBeIn(text) ? tree : written(tree, diagnostics);
    }

    /** Whether a text, or octets read as one, may have such a struct. */
    public static boolean mayBeIn(String text) {
        return text.contains(MARK);
    }

    private static SourceNode written(SourceNode tree, Diagnostics diagnostics) {
        return new TypedStructs(diagnostics).node(tree);
    }

    /**
     * A struct that came as a message.
     *
     * @param url of the message that it stands for, with or without a host
     * @param value its fields
     */
    public static SourceNode written(
            String url, List<Entry> value, Place place, Diagnostics diagnostics) {
        var type =
                new Entry("@type", place, new TextNode(place, PREFIX + "udpa.type.v1.TypedStruct"));
        var inner = new Entry("type_url", place, new TextNode(place, url));
        var content = new Entry("value", place, new MapNode(place, value));
        return written(new MapNode(place, List.of(type, inner, content)), diagnostics);
    }

    /** Whether messages of the type {@code name} are such structs. */
    public static boolean isName(String name) {
        return NAMES.contains(name);
    }

    // What is anchored is one node with several parents, and stays one.
    private SourceNode node(SourceNode node) {
        SourceNode known = done.get(node);
        if (known != null) {
            return known;
        }
        SourceNode fresh =
                switch (node) {
                    case MapNode map -> map(map);
                    case ListNode list ->
                            new ListNode(
                                    list.place(), list.items().stream().map(this::node).toList());
                    default -> node;
                };
        done.put(node, fresh);
        return fresh;
    }

    private MapNode map(MapNode map) {
        List<Entry> entries = new ArrayList<>();
        for (Entry entry : map.entries()) {
            entries.add(new Entry(entry.key(), entry.keyPlace(), node(entry.value())));
        }
        var fresh = new MapNode(map.place(), entries);
        Entry type = fresh.find("@type");
        return type != null && type.value() instanceof TextNode url && isName(name(url.text()))
                ? meant(fresh, type)
                : fresh;
    }

    private MapNode meant(MapNode struct, Entry type) {
        Entry url =
                struct.find("type_url") == null ? struct.find("typeUrl") : struct.find("type_url");
        if (url == null || !(url.value() instanceof TextNode inner) || inner.text().isEmpty()) {
            // a configuration of its own, of an extension that reads structs
            return struct;
        }
        List<Entry> entries = new ArrayList<>();
        String full = inner.text().contains("/") ? inner.text() : PREFIX + inner.text();
        for (Entry entry : struct.effective()) {
            if (entry.key().equals("value") && entry.value() instanceof MapNode value) {
                entries.addAll(value.entries());
            } else if (!KEYS.contains(entry.key())) {
                diagnostics.error(
                        Spot.root(entry.value()),
                        entry.key()
                                + " of a TypedStruct (expected: type_url, and value with a map)");
            }
        }
        entries.add(new Entry("@type", type.keyPlace(), new TextNode(inner.place(), full)));
        return new MapNode(struct.place(), entries);
    }

    private static String name(String url) {
        return url.substring(url.lastIndexOf('/') + 1);
    }
}
