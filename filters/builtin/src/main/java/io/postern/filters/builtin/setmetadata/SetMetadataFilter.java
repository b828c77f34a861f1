package io.postern.filters.builtin.setmetadata;

import io.postern.config.model.SetMetadataSpec;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.MetadataValue;
import io.postern.sdk.MetadataValue.Items;
import io.postern.sdk.MetadataValue.Struct;
import io.postern.sdk.Metrics;
import io.postern.sdk.StreamInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/**
 * Notes what it is configured with as soon as the request head is there. Confined to the event
 * loop.
 *
 * <p>Source: {@code envoy.extensions.filters.http.set_metadata.v3}.
 */
final class SetMetadataFilter implements Filter {
    private final SetMetadataSpec config;
    private final FilterCallbacks callbacks;
    private final Metrics.Counter denied;

    SetMetadataFilter(SetMetadataSpec config, FilterCallbacks callbacks, Metrics.Counter denied) {
        this.config = config;
        this.callbacks = callbacks;
        this.denied = denied;
    }

    @Override
    public FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
        StreamInfo info = callbacks.streamInfo();
        for (SetMetadataSpec.Entry entry : config.entries()) {
            Struct before = info.dynamicMetadata().namespaces().get(entry.namespace());
            if (before == null || entry.overwrites()) {
                Struct next = before == null ? entry.value() : update(before, entry.value());
                info.setDynamicMetadata(entry.namespace(), next);
            } else {
                denied.add(1);
            }
        }
        return FilterStatus.CONTINUE;
    }

    /** Structs become one, lists follow each other, other values take the place of what was. */
    static Struct update(Struct before, Struct with) {
        var fields = new LinkedHashMap<>(before.fields());
        with.fields()
                .forEach((name, value) -> fields.merge(name, value, SetMetadataFilter::update));
        return new Struct(fields);
    }

    private static MetadataValue update(MetadataValue before, MetadataValue with) {
        if (before instanceof Struct struct && with instanceof Struct more) {
            return update(struct, more);
        }
        if (before instanceof Items(var items) && with instanceof Items(var more)) {
            var all = new ArrayList<>(items);
            all.addAll(more);
            return new Items(all);
        }
        return with;
    }
}
