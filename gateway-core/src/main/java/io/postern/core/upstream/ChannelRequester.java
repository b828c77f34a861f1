package io.postern.core.upstream;

import io.netty.channel.Channel;
import io.postern.core.upstream.StreamRequester.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who wants a byte stream to a cluster. Exactly one of the methods is called, possibly
 * during the asking, unless the request is cancelled before. Confined to the event loop.
 */
public interface ChannelRequester {
    /** The client's connection that the byte stream belongs to; null: none. */
    default @Nullable ProxiedPeers proxied() {
        return null;
    }

    /** What the load balancer goes by; null: nothing. */
    default @Nullable LoadBalancerContext context() {
        return null;
    }

    /** Connected, TLS in place, no other handlers; it is the requester's now. */
    void onChannel(Channel channel, UpstreamHost host);

    /** There will be none; see {@link StreamRequester#onStreamFailure}. */
    void onChannelFailure(Failure failure, @Nullable UpstreamHost host, String transportFailure);
}
