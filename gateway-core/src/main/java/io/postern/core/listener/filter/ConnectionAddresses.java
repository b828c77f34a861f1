package io.postern.core.listener.filter;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who a connection is from and to: what a PROXY protocol header says, or the socket's own
 * addresses. Confined to the channel's event loop.
 */
public final class ConnectionAddresses {
    // A channel outlives the handlers that read its head: Netty's attributes are what it can carry.
    private static final AttributeKey<ConnectionAddresses> KEY =
            AttributeKey.valueOf(ConnectionAddresses.class, "addresses");

    private final SocketAddress remote;
    private final SocketAddress local;

    private ConnectionAddresses(SocketAddress remote, SocketAddress local) {
        this.remote = remote;
        this.local = local;
    }

    /** A header has told other addresses. */
    static void tell(Channel channel, SocketAddress remote, SocketAddress local) {
        channel.attr(KEY).set(new ConnectionAddresses(remote, local));
    }

    /** The client. */
    public static SocketAddress remote(Channel channel) {
        @Nullable ConnectionAddresses told = channel.attr(KEY).get();
        return told == null ? channel.remoteAddress() : told.remote;
    }

    /** What the client wanted to connect to before it was led here; null: nobody said so. */
    public static @Nullable SocketAddress restored(Channel channel) {
        @Nullable ConnectionAddresses told = channel.attr(KEY).get();
        return told == null ? null : told.local;
    }

    /** What the client connected to. */
    public static SocketAddress local(Channel channel) {
        @Nullable ConnectionAddresses told = channel.attr(KEY).get();
        return told == null ? channel.localAddress() : told.local;
    }
}
