package io.postern.core.listener;

import io.postern.config.model.FilterChain;
import io.postern.config.model.Listener;
import io.postern.sdk.Metadata;
import io.postern.sdk.MetadataSource;

/**
 * Where connections come in, as logs and filters are told. Thread-safe: immutable.
 *
 * @param filterChain its name; may be empty
 * @param ofListener what the configuration notes about the listener
 * @param ofFilterChain and about the chain
 */
public record EntryPoint(String filterChain, Metadata ofListener, Metadata ofFilterChain) {
    /** A chain of a listener. */
    public static EntryPoint of(Listener listener, FilterChain chain) {
        return new EntryPoint(chain.name(), listener.metadata(), chain.metadata());
    }

    /** What is noted about the listener or the chain; about others nothing. */
    public Metadata metadata(MetadataSource source) {
        return switch (source) {
            case LISTENER -> ofListener;
            case FILTER_CHAIN -> ofFilterChain;
            case VIRTUAL_HOST, ROUTE, CLUSTER, UPSTREAM_HOST -> Metadata.none();
        };
    }
}
