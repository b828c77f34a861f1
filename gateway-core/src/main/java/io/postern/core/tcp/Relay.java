package io.postern.core.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.postern.core.network.ConnectionFilterChain;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a proxied connection: what is read here is written there. Confined to the event
 * loop.
 */
final class Relay extends ChannelInboundHandlerAdapter {
    private final TcpSession session;
    private final ArrayDeque<ByteBuf> early =
            new ArrayDeque<>(0); // what a listener filter had read
    private @Nullable Channel to;
    private boolean ended;

    Relay(TcpSession session) {
        this.session = session;
    }

    /** The other side is there. */
    void to(Channel other) {
        to = other;
        for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
            write(other, data);
        }
        other.flush();
        if (ended) {
            passEndOn(other);
        }
    }

    /** Lets go of what was never sent. */
    void release() {
        for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
            data.release();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (!(message instanceof ByteBuf data)) {
            ReferenceCountUtil.release(message);
            return;
        }
        Channel other = to;
        if (other == null) {
            early.add(data);
        } else {
            write(other, data);
        }
    }

    private void write(Channel other, ByteBuf data) {
        session.moved(this, data.readableBytes());
        var _ = other.write(data, other.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        if (to != null) {
            to.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        session.writabilityChanged(this, from.channel().isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            ended = true;
            Channel other = to;
            if (other != null) {
                passEndOn(other);
            }
        } else {
            from.fireUserEventTriggered(event);
        }
    }

    // TLS has no half of a connection that others rely on: its end is the end of both directions.
    private void passEndOn(Channel other) {
        ConnectionFilterChain filters = ConnectionFilterChain.of(other);
        if (filters != null) {
            boolean passed = filters.endUpstream();
            if (filters.clientEnded()) {
                session.close();
                return;
            }
            if (!passed) { // a filter holds it back
                session.directionEnded();
                return;
            }
        }
        if (other instanceof DuplexChannel duplex
                && other.pipeline().get(SslHandler.class) == null) {
            var _ =
                    other.writeAndFlush(Unpooled.EMPTY_BUFFER)
                            .addListener(_ -> {
                                var _ = duplex.shutdownOutput();
                                session.directionEnded();
                            });
        } else {
            session.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        session.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        session.close();
    }
}
