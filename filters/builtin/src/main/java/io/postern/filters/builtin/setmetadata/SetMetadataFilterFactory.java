package io.postern.filters.builtin.setmetadata;

import io.postern.config.model.SetMetadataSpec;
import io.postern.sdk.FilterFactory;
import io.postern.sdk.FilterScope;
import io.postern.sdk.LoadedFilter;

/** Makes the filters that note metadata. Thread-safe. */
public final class SetMetadataFilterFactory implements FilterFactory<SetMetadataSpec> {
    @Override
    public Class<SetMetadataSpec> configType() {
        return SetMetadataSpec.class;
    }

    @Override
    public LoadedFilter load(SetMetadataSpec config, FilterScope scope) {
        return worker -> {
            var denied =
                    worker.metrics().counter(scope.statPrefix() + "set_metadata.overwrite_denied");
            return callbacks -> new SetMetadataFilter(config, callbacks, denied);
        };
    }
}
