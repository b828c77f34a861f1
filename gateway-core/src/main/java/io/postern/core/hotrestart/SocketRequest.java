package io.postern.core.hotrestart;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks processes that run already for their listening sockets; one that does not answer in time is
 * left alone. Control thread.
 */
public final class SocketRequest implements Inheritance {
    private static final long MOST_MILLIS = 1000;

    private final List<ProcessName> others;
    private final EventLoopGroup loops;

    /**
     * @param others who is asked, one after the other
     * @param loops epoll loops
     */
    public SocketRequest(List<ProcessName> others, EventLoopGroup loops) {
        this.others = List.copyOf(others);
        this.loops = loops;
    }

    @Override
    public List<FileDescriptor> take(String address) {
        for (ProcessName other : others) {
            List<FileDescriptor> sockets = take(other, address);
            if (!sockets.isEmpty()) {
                return sockets;
            }
        }
        return List.of();
    }

    private List<FileDescriptor> take(ProcessName other, String address) {
        var answer = new Answer(address);
        var connected =
                new Bootstrap()
                        .group(loops)
                        .channel(EpollDomainSocketChannel.class)
                        .option(
                                UnixChannelOption.DOMAIN_SOCKET_READ_MODE,
                                DomainSocketReadMode.FILE_DESCRIPTORS)
                        .handler(answer)
                        .connect(other.address());
        var _ =
                connected.addListener(done -> {
                    if (!done.isSuccess()) {
                        answer.end();
                    }
                });
        try {
            return answer.sockets.get(MOST_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException _) {
            answer.sockets.cancel(false); // it hangs
        }
        var _ = connected.channel().close();
        return List.of();
    }

    /** What one process sends: confined to its loop. */
    private static final class Answer extends ChannelInboundHandlerAdapter {
        private final String address;
        private final List<FileDescriptor> received = new ArrayList<>();
        private final CompletableFuture<List<FileDescriptor>> sockets = new CompletableFuture<>();

        Answer(String address) {
            this.address = address;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (Owner.isOurs((EpollDomainSocketChannel) context.channel())) {
                var _ =
                        context.writeAndFlush(
                                ByteBufUtil.writeAscii(
                                        UnpooledByteBufAllocator.DEFAULT, address + "\n"));
            } else {
                var _ = context.close();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            received.add((FileDescriptor) message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }

        // When nobody waits any longer they are nobody's.
        private void end() {
            if (!sockets.complete(List.copyOf(received)) && sockets.isCancelled()) {
                received.forEach(Answer::close);
            }
        }

        private static void close(FileDescriptor socket) {
            try {
                socket.close();
            } catch (IOException _) {
                // nothing is left to do with it
            }
        }
    }
}
