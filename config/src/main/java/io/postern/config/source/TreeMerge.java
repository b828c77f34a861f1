package io.postern.config.source;

import io.postern.config.source.SourceNode.Entry;
import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/**
 * Lays one tree over another as protobuf merges the messages they stand for, so that places can
 * still be found: maps merge, lists append, scalars replace.
 */
public final class TreeMerge {
    private TreeMerge() {}

    /** {@code base} under {@code overlay}. */
    public static SourceNode merge(SourceNode base, SourceNode overlay) {
        if (base instanceof MapNode lower && overlay instanceof MapNode upper) {
            var entries = new LinkedHashMap<String, Entry>();
            lower.effective().forEach(entry -> entries.put(entry.key(), entry));
            for (var entry : upper.effective()) {
                var below = entries.get(entry.key());
                entries.put(
                        entry.key(),
                        below == null
                                ? entry
                                : new Entry(
                                        entry.key(),
                                        entry.keyPlace(),
                                        merge(below.value(), entry.value())));
            }
            return new MapNode(lower.place(), new ArrayList<>(entries.values()));
        }
        if (base instanceof ListNode lower && overlay instanceof ListNode upper) {
            var items = new ArrayList<>(lower.items());
            items.addAll(upper.items());
            return new ListNode(lower.place(), items);
        }
        return overlay;
    }
}
