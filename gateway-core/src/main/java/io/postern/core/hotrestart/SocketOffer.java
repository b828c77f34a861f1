package io.postern.core.hotrestart;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives a process that is to replace this one the listening sockets that it asks for. Both accept
 * from them until this one drains; what waits in them then is the other one's. Thread-safe.
 *
 * <p>The question is an address and a line feed, the answer descriptors ({@code SCM_RIGHTS}).
 */
public final class SocketOffer implements AutoCloseable {
    private static final int LONGEST_QUESTION = 256;

    private final @Nullable Channel server;
    private volatile boolean taken;

    /**
     * Answers from now on; where the name cannot be had, nobody is answered.
     *
     * @param loops epoll loops
     * @param sockets the listening sockets of an address
     */
    public SocketOffer(
            ProcessName name,
            EventLoopGroup loops,
            Function<String, List<FileDescriptor>> sockets) {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops)
                        .channel(EpollServerDomainSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<EpollDomainSocketChannel>() {
                                    @Override
                                    protected void initChannel(EpollDomainSocketChannel channel) {
                                        if (Owner.isOurs(channel)) {
                                            channel.pipeline().addLast(new Question(sockets));
                                        } else {
                                            var _ = channel.close();
                                        }
                                    }
                                })
                        .bind(name.address())
                        .awaitUninterruptibly();
        server = bound.isSuccess() ? bound.channel() : null;
    }

    /** Whether another process has sockets of this one. */
    public boolean taken() {
        return taken;
    }

    @Override
    public void close() {
        if (server != null) {
            server.close().awaitUninterruptibly();
        }
    }

    /** One connection: confined to its loop. */
    private final class Question extends SimpleChannelInboundHandler<ByteBuf> {
        private final Function<String, List<FileDescriptor>> sockets;
        private final StringBuilder text = new StringBuilder();

        Question(Function<String, List<FileDescriptor>> sockets) {
            this.sockets = sockets;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf octets) {
            text.append(octets.toString(StandardCharsets.US_ASCII));
            int end = text.indexOf("\n");
            if (end >= 0) {
                answer(context, text.substring(0, end));
            } else if (text.length() > LONGEST_QUESTION) {
                var _ = context.close();
            }
        }

        private void answer(ChannelHandlerContext context, String address) {
            ChannelFuture last = context.newSucceededFuture();
            for (FileDescriptor socket : sockets.apply(address)) {
                taken = true;
                last = context.write(socket);
            }
            context.flush();
            var _ = last.addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
