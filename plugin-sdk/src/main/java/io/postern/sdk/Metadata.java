package io.postern.sdk;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is noted about something, for filters, matchers and logs to read. Thread-safe: immutable.
 *
 * <p>Source: {@code envoy.config.core.v3.Metadata.filter_metadata}.
 *
 * @param namespaces by name of the filter that reads or writes them, {@code envoy.lb} for example
 */
public record Metadata(Map<String, MetadataValue.Struct> namespaces) {
    private static final Metadata NONE = new Metadata(Map.of());

    public Metadata {
        namespaces = Collections.unmodifiableMap(new LinkedHashMap<>(namespaces));
    }

    /** Nothing. */
    public static Metadata none() {
        return NONE;
    }

    /** The value at the end of {@code path}, the namespace itself without one; null: none. */
    public @Nullable MetadataValue find(String namespace, List<String> path) {
        MetadataValue found = namespaces.get(namespace);
        for (int i = 0; i < path.size() && found != null; i++) {
            found =
                    found instanceof MetadataValue.Struct(var fields)
                            ? fields.get(path.get(i))
                            : null;
        }
        return found;
    }

    /** The same with these fields in a namespace: they take the place of those of their names. */
    public Metadata with(String namespace, MetadataValue.Struct fields) {
        var merged = new LinkedHashMap<>(namespaces);
        merged.merge(
                namespace,
                fields,
                (before, more) -> {
                    var all = new LinkedHashMap<>(before.fields());
                    all.putAll(more.fields());
                    return new MetadataValue.Struct(all);
                });
        return new Metadata(merged);
    }
}
