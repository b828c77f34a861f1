package io.postern.config.source;

import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import org.jspecify.annotations.Nullable;

/**
 * A message or field, by its proto path and by its place in the text; walks down together with
 * whoever reads the messages.
 *
 * <p>Thread-safe: immutable.
 */
public final class Spot {
    private final @Nullable Spot parent;
    private final String step;
    private final @Nullable SourceNode node;
    private final Place place;

    private Spot(@Nullable Spot parent, String step, @Nullable SourceNode node, Place place) {
        this.parent = parent;
        this.step = step;
        this.node = node;
        this.place = place;
    }

    /** The top of a configuration. */
    public static Spot root(SourceNode node) {
        return new Spot(null, "", node, node.place());
    }

    /** Field {@code name} (snake case) of this message; it may be absent from the text. */
    public Spot field(String name) {
        var step = parent == null ? name : "." + name;
        if (!(node instanceof MapNode map)) {
            return new Spot(this, step, null, place);
        }
        var entry = map.find(name);
        if (entry == null) {
            entry = map.find(JsonNames.of(name));
        }
        return entry == null
                ? new Spot(this, step, null, place)
                : new Spot(this, step, entry.value(), entry.keyPlace());
    }

    /** Element {@code index} of this repeated field. */
    public Spot index(int index) {
        var item =
                node instanceof ListNode list && index < list.items().size()
                        ? list.items().get(index)
                        : null;
        return new Spot(this, "[" + index + "]", item, item == null ? place : item.place());
    }

    /** Value of {@code key} in this map field. */
    public Spot key(String key) {
        var entry = node instanceof MapNode map ? map.find(key) : null;
        return entry == null
                ? new Spot(this, "[\"" + key + "\"]", null, place)
                : new Spot(this, "[\"" + key + "\"]", entry.value(), entry.keyPlace());
    }

    /** Where it stands in the text, or where its nearest known parent does. */
    public Place place() {
        return place;
    }

    /** What stands there; null when nothing does. */
    public @Nullable SourceNode node() {
        return node;
    }

    /** {@code static_resources.listeners[0].name}. */
    public String path() {
        var text = new StringBuilder();
        append(text);
        return text.toString();
    }

    private void append(StringBuilder text) {
        if (parent != null) {
            parent.append(text);
        }
        text.append(step);
    }

    @Override
    public String toString() {
        return path() + " at " + place;
    }
}
