package io.postern.core.tcp;

import io.netty.channel.Channel;
import io.postern.core.http.HttpConnection;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** What a {@link ByteStream} is on: no HTTP is spoken on it. Confined to the event loop. */
record ByteStreamConnection(Channel channel) implements HttpConnection {
    /** It has no number: only connections that are shared by streams do. */
    @Override
    public long id() {
        return -1;
    }

    @Override
    public Protocol protocol() {
        return Protocol.HTTP_1_1;
    }

    @Override
    public SocketAddress remoteAddress() {
        return channel.remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return channel.localAddress();
    }

    @Override
    public @Nullable TlsInfo tls() {
        return null;
    }

    @Override
    public void drain() {
        // It ends with its stream.
    }

    @Override
    public void close() {
        var _ = channel.close();
    }
}
