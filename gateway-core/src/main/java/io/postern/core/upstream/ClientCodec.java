package io.postern.core.upstream;

import io.netty.channel.Channel;
import io.postern.config.model.Cluster;
import io.postern.core.http.ClientConnection;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.sdk.StreamInfo.TlsInfo;
import org.jspecify.annotations.Nullable;

/** Puts HTTP onto a connected channel. Called on the channel's event loop. */
@FunctionalInterface
public interface ClientCodec {
    /**
     * Adds the codec's handlers behind those that are there (TLS). {@code listener} must not be
     * called before this has returned.
     *
     * @param protocol {@code HTTP_1_1} or {@code HTTP_2}
     * @param tls of the finished handshake; null for plain text
     */
    ClientConnection install(
            Channel channel,
            Protocol protocol,
            Cluster cluster,
            @Nullable TlsInfo tls,
            ClientConnection.Listener listener);
}
