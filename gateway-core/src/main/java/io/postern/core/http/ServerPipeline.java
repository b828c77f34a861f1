package io.postern.core.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.postern.config.model.HttpConnectionManager;
import io.postern.core.listener.ConnectionService;
import io.postern.sdk.StreamInfo.TlsInfo;
import org.jspecify.annotations.Nullable;

/**
 * Puts the HTTP codec on accepted connections of one filter chain and worker. Confined to the
 * worker's event loop.
 *
 * @param bufferLimitBytes what may wait in a connection's send buffer before streams stop being
 *     writable
 */
public record ServerPipeline(
        CodecWorker worker,
        HttpConnectionManager manager,
        int bufferLimitBytes,
        ServerStreams.Factory streams)
        implements ConnectionService {
    /**
     * Installs the codec on a channel whose TLS handshake, if any, is done. Reading must not have
     * begun, or what was read must be fired into the pipeline afterwards.
     *
     * @param tls parameters of the connection, whose ALPN result decides under {@code AUTO}; null
     *     for plain text, where {@code AUTO} looks at the first octets
     */
    @Override
    public void install(Channel channel, @Nullable TlsInfo tls) {
        waterMarks(channel, bufferLimitBytes);
        switch (manager.codecType()) {
            case HTTP1 -> installHttp1(channel, tls);
            case HTTP2 -> installHttp2(channel, tls);
            case AUTO -> {
                if (tls == null) {
                    channel.pipeline().addLast(new Http2OrHttp1Sniffer(this));
                } else if (tls.alpn().equals("h2")) {
                    installHttp2(channel, tls);
                } else {
                    installHttp1(channel, tls);
                }
            }
        }
    }

    void installHttp1(Channel channel, @Nullable TlsInfo tls) {
        channel.pipeline().addLast(Http1ServerConnection.create(worker, manager, tls, streams));
    }

    void installHttp2(Channel channel, @Nullable TlsInfo tls) {
        channel.pipeline().addLast(Http2ServerConnection.create(this, tls));
    }

    static void waterMarks(Channel channel, int bufferLimitBytes) {
        int high = Math.max(2, bufferLimitBytes);
        channel.config()
                .setOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(high / 2, high));
    }
}
