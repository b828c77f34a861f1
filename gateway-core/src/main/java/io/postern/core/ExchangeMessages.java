package io.postern.core;

import static java.util.Objects.requireNonNull;

import io.postern.core.format.StreamView;
import io.postern.core.route.CompiledRoute;
import io.postern.core.route.GrpcRequest;
import io.postern.core.route.RouteDecision;
import io.postern.core.runtime.WorkerLoop;
import io.postern.core.upstream.WorkerCluster;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.UpstreamEndpoint;
import io.postern.sdk.Worker.Cancellable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request and the response of one exchange as filters, formats and the steps read them.
 * Confined to the event loop.
 */
abstract class ExchangeMessages implements StreamView {
    private static final byte[] NO_BYTES = {};

    // Stands in until the head has arrived; nobody writes to it.
    private static final HeaderMap EMPTY = new HeaderMap(0);

    ExchangeInfo info; // another one after an internal redirect
    HeaderMap requestHead = EMPTY;
    @Nullable HeaderMap requestTrailers;
    @Nullable HeaderMap responseHead;
    @Nullable HeaderMap responseTrailers;
    byte[] localReplyBody = NO_BYTES;
    @Nullable RouteDecision decision;
    @Nullable RedirectsTaken redirects; // null before the first
    @Nullable Cancellable nextLog; // null: it is logged at its end only
    private boolean routeCleared;
    private boolean replyOnRoute;
    private String overrideHost = "";
    private boolean overrideStrict;

    ExchangeMessages(ExchangeInfo info) {
        this.info = info;
    }

    /** The request head, as the client sent it: from now on it is changed in place. */
    final void requestArrived(HeaderMap head) {
        requestHead = head;
        info.grpc = GrpcRequest.isGrpc(head);
    }

    /** The chosen route; null before it is chosen and when there is none. */
    final @Nullable CompiledRoute route() {
        RouteDecision made = decision;
        return made == null ? null : made.target();
    }

    /** The route is to be chosen anew. */
    public final void clearRouteCache() {
        routeCleared = true;
    }

    /** Whether the route is to be chosen anew; asking clears it. */
    final boolean takeRouteCleared() {
        boolean cleared = routeCleared;
        routeCleared = false;
        return cleared;
    }

    /** A filter has chosen the host of the first try. */
    public final void overrideUpstreamHost(String address, boolean strict) {
        overrideHost = address;
        overrideStrict = strict;
    }

    /** The host that a filter has chosen; empty: none. */
    final String overrideHost() {
        return overrideHost;
    }

    /** Whether it is to be that host or none. */
    final boolean overrideStrict() {
        return overrideStrict;
    }

    /** The hosts of the cluster that the route leads to. */
    public final List<UpstreamEndpoint> upstreamHosts() {
        WorkerCluster cluster =
                decision instanceof RouteDecision.Forward forward
                        ? worker().findCluster(forward.cluster())
                        : null;
        return cluster == null ? List.of() : cluster.endpoints();
    }

    /** The worker of the exchange. */
    public abstract WorkerLoop worker();

    /** The route's header changes apply to the local reply that follows. */
    final void replyIsOnRoute() {
        replyOnRoute = true;
    }

    /** Whether they apply to this local reply; asking clears it. */
    final boolean takeReplyOnRoute() {
        boolean onRoute = replyOnRoute;
        replyOnRoute = false;
        return onRoute;
    }

    /** The response head, which is known to be there. */
    final HeaderMap responseHead() {
        return requireNonNull(responseHead, "responseHead");
    }

    /** A head made here instead of the upstream's. */
    final void replyHeaders(HeaderMap head, byte[] body) {
        responseHead = head;
        responseTrailers = null;
        localReplyBody = body;
    }

    @Override
    public final StreamInfo streamInfo() {
        return info;
    }

    @Override
    public final HeaderMap requestHeaders() {
        return requestHead;
    }

    /** The request's trailers; null before they arrive. */
    public final @Nullable HeaderMap requestTrailers() {
        return requestTrailers;
    }

    @Override
    public final @Nullable HeaderMap responseHeaders() {
        return responseHead;
    }

    @Override
    public final @Nullable HeaderMap responseTrailers() {
        return responseTrailers;
    }

    @Override
    public final byte[] localReplyBody() {
        return localReplyBody;
    }
}
