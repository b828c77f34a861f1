package io.postern.core.headers;

import io.postern.core.http.HttpConnection;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A plain-text connection between two addresses. */
record FixedConnection(SocketAddress remoteAddress) implements HttpConnection {
    FixedConnection(String remote) {
        this(new InetSocketAddress(InetAddress.ofLiteral(remote), 40000));
    }

    @Override
    public long id() {
        return 1;
    }

    @Override
    public Protocol protocol() {
        return Protocol.HTTP_1_1;
    }

    @Override
    public SocketAddress localAddress() {
        return new InetSocketAddress(InetAddress.ofLiteral("192.0.2.9"), 8080);
    }

    @Override
    public @Nullable TlsInfo tls() {
        return null;
    }

    @Override
    public void drain() {}

    @Override
    public void close() {}
}
