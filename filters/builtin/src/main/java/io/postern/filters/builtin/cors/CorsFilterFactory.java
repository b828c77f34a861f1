package io.postern.filters.builtin.cors;

import io.postern.config.model.CorsSpec;
import io.postern.sdk.FilterFactory;
import io.postern.sdk.FilterScope;
import io.postern.sdk.LoadedFilter;
import java.util.random.RandomGenerator;

/**
 * Makes cors filters. Thread-safe.
 *
 * @param random draws whether a policy that is enabled for a share of the requests holds; used by
 *     all workers
 */
public record CorsFilterFactory(RandomGenerator random) implements FilterFactory<CorsSpec> {
    @Override
    public Class<CorsSpec> configType() {
        return CorsSpec.class;
    }

    @Override
    public LoadedFilter load(CorsSpec config, FilterScope scope) {
        return worker -> {
            var stats = new CorsFilter.Stats(worker.metrics(), scope.statPrefix());
            return callbacks -> new CorsFilter(config.policy(), callbacks, stats, random);
        };
    }
}
