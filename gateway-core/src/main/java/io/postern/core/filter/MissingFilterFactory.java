package io.postern.core.filter;

import io.postern.config.model.MissingFilter;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterFactory;
import io.postern.sdk.FilterScope;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.LocalReply;
import io.postern.sdk.WorkerFilter;

/** Stands where a filter has no configuration: answers every request. Thread-safe: immutable. */
public final class MissingFilterFactory implements FilterFactory<MissingFilter> {
    /** The answer; whoever sees this one sets Envoy's flag NFCF. */
    public static final LocalReply REPLY = LocalReply.of(500, "filter_config_not_found");

    @Override
    public Class<MissingFilter> configType() {
        return MissingFilter.class;
    }

    @Override
    public LoadedFilter load(MissingFilter config, FilterScope scope) {
        WorkerFilter part = Refusal::new;
        return _ -> part;
    }

    private record Refusal(FilterCallbacks callbacks) implements Filter {
        @Override
        public FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
            callbacks.sendLocalReply(REPLY);
            return FilterStatus.PAUSE;
        }
    }
}
