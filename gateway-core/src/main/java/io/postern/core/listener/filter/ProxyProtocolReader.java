package io.postern.core.listener.filter;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the PROXY protocol header off a connection, tells the addresses in it, and lets the next
 * step look at the octets behind it. A connection without one is closed, unless it is optional.
 * Confined to the event loop.
 *
 * <p>Source: {@code envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol}.
 */
public final class ProxyProtocolReader extends ByteToMessageDecoder {
    private final boolean optional;
    private final Consumer<Channel> next;
    private boolean done;

    /** {@code next}: adds the handlers that get what follows. */
    public ProxyProtocolReader(boolean optional, Consumer<Channel> next) {
        this.optional = optional;
        this.next = next;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (done || !in.isReadable()) {
            return;
        }
        switch (ProxyProtocolHeader.read(in)) {
            case ProxyProtocolHeader.Incomplete _ -> {}
            case ProxyProtocolHeader.Absent _ -> {
                if (optional) {
                    handOver(context);
                } else {
                    refuse(context, in);
                }
            }
            case ProxyProtocolHeader.Malformed _ -> refuse(context, in);
            case ProxyProtocolHeader.Told(int length, var remote, var local) -> {
                in.skipBytes(length);
                tell(context.channel(), remote, local);
                handOver(context);
            }
        }
    }

    private static void tell(
            Channel channel,
            @Nullable InetSocketAddress remote,
            @Nullable InetSocketAddress local) {
        if (remote != null && local != null) {
            ConnectionAddresses.tell(channel, remote, local);
        }
    }

    private void refuse(ChannelHandlerContext context, ByteBuf in) {
        done = true;
        in.skipBytes(in.readableBytes());
        var _ = context.close();
    }

    // Taking this handler out fires what it has gathered to the handlers that were added behind it.
    private void handOver(ChannelHandlerContext context) {
        done = true;
        next.accept(context.channel());
        if (context.channel().isOpen()) {
            context.pipeline().remove(this);
        }
    }
}
