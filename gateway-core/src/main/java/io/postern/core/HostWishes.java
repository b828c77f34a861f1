package io.postern.core;

import io.postern.config.model.RouteAction;
import io.postern.core.http.HttpConnection;
import io.postern.core.route.CompiledRoute;
import io.postern.core.route.RequestHash;
import io.postern.core.upstream.LoadBalancerContext;
import io.postern.core.upstream.UpstreamHost;
import io.postern.sdk.HeaderMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which host a request should go to: by its hash, and not where it was before. The hash is made
 * when a load balancer asks for it, once for all tries. Confined to the event loop.
 */
final class HostWishes implements LoadBalancerContext {
    private final Exchange exchange;
    private final RouteAction.Forward action;
    private final Retries retries;
    private final List<UpstreamHost> triedHosts = new ArrayList<>(1);
    private @Nullable RequestHash hash;

    HostWishes(Exchange exchange, RouteAction.Forward action, Retries retries) {
        this.exchange = exchange;
        this.action = action;
        this.retries = retries;
    }

    /** A try went there. */
    void tried(UpstreamHost host) {
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
            ExchangeInfo info = exchange.info;
            known =
                    new RequestHash(
                            action.hashPolicies(),
                            exchange.requestHeaders(),
                            new RequestHash.Peers(
                                    info.remoteAddress(),
                                    info.directRemoteAddress(),
                                    info.localAddress()));
            hash = known;
        }
        return known;
    }

    @Override
    public Map<String, String> metadata() {
        CompiledRoute route = exchange.route();
        return route == null ? Map.of() : route.metadataMatch();
    }

    // As in Envoy another try goes where the load balancer says.
    @Override
    public String overrideHost() {
        return exchange.info.attempts > 1 ? "" : exchange.overrideHost();
    }

    @Override
    public int hostAttempts() {
        return retries.hostAttempts();
    }

    @Override
    public boolean refuses(UpstreamHost other) {
        return triedHosts.contains(other);
    }
}
