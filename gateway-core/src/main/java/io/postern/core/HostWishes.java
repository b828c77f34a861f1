package io.postern.core;

import io.postern.config.model.RouteAction;
import io.postern.core.http.HttpConnection;
import io.postern.core.route.CompiledRoute;
import io.postern.core.route.RequestHash;
import io.postern.core.upstream.LoadBalancerContext;
import io.postern.core.upstream.ProxiedPeers;
import io.postern.core.upstream.UpstreamHost;
import io.postern.core.upstream.balance.PriorityLoad;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which host a request should go to: by its hash, and not where it was before. The hash is made
 * when a load balancer asks for it, once for all tries. Confined to the event loop.
 */
final class HostWishes implements LoadBalancerContext {
    private static final int MOST_OVERRIDES = 16;

    private final Exchange exchange;
    private final RouteAction.Forward action;
    private final Retries retries;
    private final List<UpstreamHost> triedHosts = new ArrayList<>(1);
    private @Nullable RequestHash hash;
    private String @Nullable [] overrides;
    private int overridesUsed;
    private @Nullable BitSet triedPriorities;
    private @Nullable PriorityLoad rest;

    HostWishes(Exchange exchange, RouteAction.Forward action, Retries retries) {
        this.exchange = exchange;
        this.action = action;
        this.retries = retries;
    }

    /** A try went there. */
    void tried(UpstreamHost host) {
        exchange.info.upstream(host);
        if (retries.avoids()) {
            triedHosts.add(host);
        }
    }

    /** Gives the client the cookies that hashing made. */
    void addCookies(HeaderMap response) {
        if (hash != null) {
            hash.addCookies(response);
        }
    }

    @Override
    public boolean highPriority() {
        return action.highPriority();
    }

    @Override
    public HttpConnection.Protocol downstream() {
        return exchange.client.connection().protocol();
    }

    @Override
    public boolean hasHash() {
        return !action.hashPolicies().isEmpty() && requestHash().isPresent();
    }

    @Override
    public long hash() {
        return requestHash().value();
    }

    private RequestHash requestHash() {
        RequestHash known = hash;
        if (known == null) {
            known =
                    new RequestHash(
                            action.hashPolicies(),
                            exchange.requestHeaders(),
                            RequestHash.Peers.of(exchange.info));
            hash = known;
        }
        return known;
    }

    @Override
    public Map<String, String> metadata() {
        CompiledRoute route = exchange.route();
        return route == null ? Map.of() : route.metadataMatch();
    }

    @Override
    public List<Map<String, String>> metadataFallbacks() {
        CompiledRoute route = exchange.route();
        return route == null ? List.of() : route.metadataFallbacks();
    }

    // As in Envoy another try goes where the load balancer says.
    @Override
    public String overrideHost() {
        return exchange.info.attempts > 1 ? "" : exchange.overrideHost();
    }

    @Override
    public boolean strictOverride() {
        return exchange.overrideStrict();
    }

    @Override
    public HeaderMap head() {
        return exchange.requestHeaders();
    }

    @Override
    public @Nullable SocketAddress originalDestination() {
        return exchange.client.connection().originalDestination();
    }

    @Override
    public long connectionId() {
        return exchange.client.connection().id();
    }

    @Override
    public ProxiedPeers proxied() {
        HttpConnection client = exchange.client.connection();
        return new ProxiedPeers(client.remoteAddress(), client.localAddress());
    }

    @Override
    public @Nullable String nextOverride(List<HeaderName> headers) {
        String[] known = overrides;
        if (known == null) {
            known = overrides(headers);
            overrides = known;
        }
        return overridesUsed < known.length ? known[overridesUsed++].strip() : null;
    }

    private String[] overrides(List<HeaderName> headers) {
        for (HeaderName header : headers) {
            String value = head().get(header);
            if (value != null && !value.isBlank()) {
                return value.split(",", MOST_OVERRIDES + 1);
            }
        }
        return new String[0];
    }

    // Source: Envoy's PreviousPrioritiesRetryPriority.
    @Override
    public PriorityLoad load(PriorityLoad usual, ToIntFunction<UpstreamHost> priorities) {
        int every = retries.priorityUpdates();
        if (every == 0 || triedHosts.size() < every) {
            return usual;
        }
        if (triedHosts.size() % every == 0) {
            rest = withoutTried(usual, priorities);
        }
        return rest == null ? usual : rest;
    }

    private @Nullable PriorityLoad withoutTried(
            PriorityLoad usual, ToIntFunction<UpstreamHost> priorities) {
        BitSet tried = triedPriorities == null ? new BitSet() : triedPriorities;
        triedPriorities = tried;
        for (UpstreamHost host : triedHosts) {
            int priority = priorities.applyAsInt(host);
            if (priority >= 0) {
                tried.set(priority);
            }
        }
        PriorityLoad left = usual.without(tried);
        if (left == null) {
            // All were tried: from the beginning.
            tried.clear();
            triedHosts.clear();
            left = usual.without(tried);
        }
        return left;
    }

    @Override
    public int hostAttempts() {
        return retries.hostAttempts();
    }

    @Override
    public boolean refuses(UpstreamHost other) {
        return retries.refuses(other, triedHosts);
    }
}
