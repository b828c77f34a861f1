package io.postern.core.route;

import io.postern.config.model.RouteAction;
import io.postern.config.model.VirtualHost;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes. Decisions are made when the table is compiled and handed out again and
 * again; only a cluster that is named by a header makes a new one. Thread-safe: immutable.
 */
public sealed interface RouteDecision {
    /**
     * To a cluster.
     *
     * @param route the route, or the part of it that belongs to the chosen weighted cluster
     * @param cluster name of the cluster; empty when the header that names it is not there
     */
    record Forward(CompiledRoute route, RouteAction.Forward action, String cluster)
            implements RouteDecision {}

    /** Back to the client with another address: see {@link Locations}. */
    record Redirect(CompiledRoute route, RouteAction.Redirect action) implements RouteDecision {}

    /** Back to the client with a fixed answer. */
    record DirectResponse(CompiledRoute route, RouteAction.DirectResponse action)
            implements RouteDecision {}

    /** A filter has to answer. */
    record NonForwarding(CompiledRoute route) implements RouteDecision {}

    /**
     * Back to the client with the same address and https, status 301, without any header mutations:
     * the virtual host wants TLS.
     */
    record TlsRequired(VirtualHost virtualHost) implements RouteDecision {}

    /** Nothing matches. */
    record NoRoute() implements RouteDecision {}

    /** The route behind a decision; null when there is none. */
    default @Nullable CompiledRoute target() {
        return switch (this) {
            case Forward(CompiledRoute route, _, _) -> route;
            case Redirect(CompiledRoute route, _) -> route;
            case DirectResponse(CompiledRoute route, _) -> route;
            case NonForwarding(CompiledRoute route) -> route;
            case TlsRequired _, NoRoute _ -> null;
        };
    }
}
