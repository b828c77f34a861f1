package io.postern.core.http;

import io.netty.channel.Channel;
import io.postern.core.listener.filter.ConnectionAddresses;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection on a channel: its addresses are the channel's. Confined to its event loop. */
interface ChannelConnection extends HttpConnection {
    /** What it is on. */
    Channel channel();

    @Override
    default SocketAddress remoteAddress() {
        return ConnectionAddresses.remote(channel());
    }

    @Override
    default SocketAddress localAddress() {
        return ConnectionAddresses.local(channel());
    }

    @Override
    default @Nullable SocketAddress originalDestination() {
        return ConnectionAddresses.restored(channel());
    }
}
