package io.postern.core.tcp;

import io.postern.config.model.Cluster;
import io.postern.config.model.RouteAction.ConnectConfig;
import io.postern.config.model.RouteMatch;
import io.postern.core.upstream.ChannelRequester;
import io.postern.core.upstream.LoadBalancerContext;
import io.postern.core.upstream.StreamRequester;
import io.postern.core.upstream.WorkerCluster;
import io.postern.core.upstream.resilience.ResilienceGuard;
import io.postern.sdk.UpstreamEndpoint;
import io.postern.sdk.Worker;
import io.postern.sdk.Worker.Cancellable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cluster whose hosts get the payload of a request instead of the request. Confined to the event
 * loop.
 */
public record ByteStreamCluster(WorkerCluster cluster, Worker worker, ConnectConfig rules)
        implements WorkerCluster {
    @Override
    public Cancellable request(LoadBalancerContext context, StreamRequester requester) {
        return new ByteStream(this, context, requester).open();
    }

    @Override
    public Cluster config() {
        return cluster.config();
    }

    @Override
    public Cancellable open(ChannelRequester requester) {
        return cluster.open(requester);
    }

    @Override
    public List<UpstreamEndpoint> endpoints() {
        return cluster.endpoints();
    }

    @Override
    public RouteMatch.@Nullable Fraction dropped() {
        return cluster.dropped();
    }

    @Override
    public @Nullable ResilienceGuard guard() {
        return cluster.guard();
    }

    @Override
    public boolean tryRetry(boolean highPriority) {
        return cluster.tryRetry(highPriority);
    }

    @Override
    public void retryEnded(boolean highPriority) {
        cluster.retryEnded(highPriority);
    }
}
