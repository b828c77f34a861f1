package io.postern.core.upstream;

import io.postern.core.http.HttpConnection;
import io.postern.core.upstream.balance.PriorityLoad;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** A request whose priority has been chosen. Confined to the event loop. */
record AtPriority(LoadBalancerContext request, PriorityLoad chosen) implements LoadBalancerContext {
    @Override
    public PriorityLoad load(PriorityLoad usual, ToIntFunction<UpstreamHost> priorities) {
        return chosen;
    }

    @Override
    public boolean highPriority() {
        return request.highPriority();
    }

    @Override
    public HttpConnection.Protocol downstream() {
        return request.downstream();
    }

    @Override
    public boolean hasHash() {
        return request.hasHash();
    }

    @Override
    public long hash() {
        return request.hash();
    }

    @Override
    public Map<String, String> metadata() {
        return request.metadata();
    }

    @Override
    public List<Map<String, String>> metadataFallbacks() {
        return request.metadataFallbacks();
    }

    @Override
    public @Nullable HeaderMap head() {
        return request.head();
    }

    @Override
    public @Nullable SocketAddress originalDestination() {
        return request.originalDestination();
    }

    @Override
    public @Nullable ProxiedPeers proxied() {
        return request.proxied();
    }

    @Override
    public @Nullable String nextOverride(List<HeaderName> headers) {
        return request.nextOverride(headers);
    }

    @Override
    public String overrideHost() {
        return request.overrideHost();
    }

    @Override
    public boolean strictOverride() {
        return request.strictOverride();
    }

    @Override
    public int hostAttempts() {
        return request.hostAttempts();
    }

    @Override
    public boolean refuses(UpstreamHost host) {
        return request.refuses(host);
    }
}
