package io.postern.core.http;

import io.netty.channel.Channel;
import io.postern.config.model.Cluster;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.sdk.StreamInfo.TlsInfo;
import org.jspecify.annotations.Nullable;

/**
 * Puts the HTTP codec on connections to one cluster. Confined to the worker's event loop.
 *
 * @param worker of the event loop that the channels are on
 */
public record ClientPipeline(CodecWorker worker, Cluster cluster) {
    /**
     * Installs the codec on a connected channel whose TLS handshake, if any, is done.
     *
     * @param protocol HTTP_2, or HTTP_1_1; with {@link Cluster.Protocol#AUTO} see {@link #byAlpn}
     * @param tls parameters of the connection; null for plain text
     */
    public ClientConnection install(
            Channel channel,
            Protocol protocol,
            @Nullable TlsInfo tls,
            ClientConnection.Listener listener) {
        ServerPipeline.waterMarks(channel, cluster.bufferLimitBytes());
        if (protocol == Protocol.HTTP_2) {
            var http2 = Http2ClientConnection.create(worker, cluster, tls, listener);
            channel.pipeline().addLast(http2);
            return http2;
        }
        var connection = Http1ClientConnection.create(worker, cluster, tls, listener);
        channel.pipeline().addLast(connection);
        return connection;
    }

    /** What was negotiated; HTTP/1.1 without TLS or without an answer, as Envoy's auto_config. */
    public static Protocol byAlpn(@Nullable TlsInfo tls) {
        return tls != null && tls.alpn().equals("h2") ? Protocol.HTTP_2 : Protocol.HTTP_1_1;
    }
}
