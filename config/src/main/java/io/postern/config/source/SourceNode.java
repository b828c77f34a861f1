package io.postern.config.source;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of configuration text and where it stands. Scalars are typed as Envoy types them before
 * it looks at the message they are for.
 *
 * <p>Thread-safe: immutable. An anchored node is one object that several parents share.
 */
public sealed interface SourceNode {
    /** Where it begins. */
    Place place();

    /** For error texts: {@code a list}, {@code the number 5}. */
    String described();

    /** Names and values, in the order of the text; a name may occur twice, the last one counts. */
    record MapNode(Place place, List<Entry> entries) implements SourceNode {
        public MapNode {
            entries = List.copyOf(entries);
        }

        /** The last entry of this name. */
        public @Nullable Entry find(String key) {
            for (int i = entries.size() - 1; i >= 0; i--) {
                if (entries.get(i).key().equals(key)) {
                    return entries.get(i);
                }
            }
            return null;
        }

        /** The entries that count: of those with one name the last. */
        public Collection<Entry> effective() {
            var last = new LinkedHashMap<String, Entry>(entries.size() * 2);
            entries.forEach(entry -> last.put(entry.key(), entry));
            return last.values();
        }

        @Override
        public String described() {
            return "a map";
        }
    }

    /** A name and its value. */
    record Entry(String key, Place keyPlace, SourceNode value) {}

    /** Values in order. */
    record ListNode(Place place, List<SourceNode> items) implements SourceNode {
        public ListNode {
            items = List.copyOf(items);
        }

        @Override
        public String described() {
            return "a list";
        }
    }

    /** Nothing: the field stays unset. */
    record NullNode(Place place) implements SourceNode {
        @Override
        public String described() {
            return "null";
        }
    }

    /**
     * True or false.
     *
     * @param written as in the text: {@code yes}, {@code on}
     */
    record BoolNode(Place place, boolean value, String written) implements SourceNode {
        @Override
        public String described() {
            return "the boolean " + written;
        }
    }

    /**
     * A number.
     *
     * @param text decimal, as JSON writes it
     */
    record NumberNode(Place place, String text) implements SourceNode {
        @Override
        public String described() {
            return "the number " + text;
        }
    }

    /** A text. */
    record TextNode(Place place, String text) implements SourceNode {
        @Override
        public String described() {
            return "the text \"" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "\"";
        }
    }
}
