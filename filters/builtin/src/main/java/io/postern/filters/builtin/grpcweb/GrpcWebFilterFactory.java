package io.postern.filters.builtin.grpcweb;

import io.postern.config.model.GrpcWebSpec;
import io.postern.sdk.FilterFactory;
import io.postern.sdk.FilterScope;
import io.postern.sdk.LoadedFilter;

/** Makes gRPC-Web filters. Thread-safe. */
public final class GrpcWebFilterFactory implements FilterFactory<GrpcWebSpec> {
    @Override
    public Class<GrpcWebSpec> configType() {
        return GrpcWebSpec.class;
    }

    @Override
    public LoadedFilter load(GrpcWebSpec config, FilterScope scope) {
        return _ -> GrpcWebFilter::new;
    }
}
