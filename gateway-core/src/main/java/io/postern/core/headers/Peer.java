package io.postern.core.headers;

import io.postern.core.http.HttpConnection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What requests of one connection have in common: who is at the other end, in the form in which
 * headers need it. Made once a connection. Thread-safe: immutable.
 */
public final class Peer {
    final HttpConnection connection;
    final byte @Nullable [] address; // null: not an IP address
    final byte @Nullable [] forwardedFor; // null: nothing to append
    final boolean internal;
    final byte[] scheme;
    final byte @Nullable [] certificate; // in words for x-forwarded-client-cert; null: none
    final int localPort;

    Peer(
            HttpConnection connection,
            byte @Nullable [] address,
            byte @Nullable [] forwardedFor,
            boolean internal,
            byte[] scheme,
            byte @Nullable [] certificate) {
        this.connection = connection;
        this.address = address;
        this.forwardedFor = forwardedFor;
        this.internal = internal;
        this.scheme = scheme;
        this.certificate = certificate;
        SocketAddress local = connection.localAddress();
        this.localPort = local instanceof InetSocketAddress socket ? socket.getPort() : -1;
    }
}
