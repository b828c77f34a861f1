package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.config.model.RouteMatch;
import io.postern.core.http.HttpConnection;
import io.postern.core.upstream.resilience.ResilienceGuard;
import io.postern.sdk.UpstreamEndpoint;
import io.postern.sdk.Worker.Cancellable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cluster on one worker: its hosts, cursors and pools. Confined to the event loop. */
public interface WorkerCluster {
    /** Its configuration. */
    Cluster config();

    /**
     * Asks for a stream: chooses a host, takes a pooled connection or makes one.
     *
     * @return calls the request off while it waits; does nothing once it was answered
     */
    Cancellable request(LoadBalancerContext context, StreamRequester requester);

    /** The same for a request without a hash and without retries. */
    default Cancellable request(
            boolean highPriority, HttpConnection.Protocol downstream, StreamRequester requester) {
        record Plain(boolean highPriority, HttpConnection.Protocol downstream)
                implements LoadBalancerContext {}

        return request(new Plain(highPriority, downstream), requester);
    }

    /**
     * Opens a byte stream to a host of the balancer's choice, with TLS as the cluster has it. The
     * requester keeps the time.
     *
     * @return calls the request off while it waits; does nothing once it was answered
     */
    Cancellable open(ChannelRequester requester);

    /** Its hosts of all priorities, as they are now. */
    default List<UpstreamEndpoint> endpoints() {
        return List.of();
    }

    /** The share of its requests that is refused; null: none. */
    default RouteMatch.@Nullable Fraction dropped() {
        return null;
    }

    /** Lets tries through or not, beside the circuit breakers; null: there is none. */
    @Nullable ResilienceGuard guard();

    /** Takes one of max_retries; false when none is left. Give it back with retryEnded. */
    boolean tryRetry(boolean highPriority);

    /** Gives back what {@link #tryRetry} took. */
    void retryEnded(boolean highPriority);
}
