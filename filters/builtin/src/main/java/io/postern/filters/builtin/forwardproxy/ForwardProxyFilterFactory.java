package io.postern.filters.builtin.forwardproxy;

import io.postern.config.model.ForwardProxySpec;
import io.postern.sdk.FilterFactory;
import io.postern.sdk.FilterScope;
import io.postern.sdk.LoadedFilter;

/** Makes the dynamic forward proxy's filters. Thread-safe. */
public final class ForwardProxyFilterFactory implements FilterFactory<ForwardProxySpec> {
    @Override
    public Class<ForwardProxySpec> configType() {
        return ForwardProxySpec.class;
    }

    @Override
    public LoadedFilter load(ForwardProxySpec config, FilterScope scope) {
        return _ -> _ -> new ForwardProxyFilter(config);
    }
}
