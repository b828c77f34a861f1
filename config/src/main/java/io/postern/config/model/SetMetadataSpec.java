package io.postern.config.model;

import io.postern.sdk.MetadataValue;
import java.util.List;

/**
 * A filter that notes dynamic metadata.
 *
 * <p>Source: {@code envoy.extensions.filters.http.set_metadata.v3}.
 */
public record SetMetadataSpec(List<Entry> entries) implements FilterSpec {
    /** Of its message. */
    public static final String TYPE = "envoy.extensions.filters.http.set_metadata.v3.Config";

    public SetMetadataSpec {
        entries = List.copyOf(entries);
    }

    /**
     * What is noted.
     *
     * @param overwrites also where the namespace has something already
     */
    public record Entry(String namespace, MetadataValue.Struct value, boolean overwrites) {}

    @Override
    public String typeName() {
        return TYPE;
    }
}
