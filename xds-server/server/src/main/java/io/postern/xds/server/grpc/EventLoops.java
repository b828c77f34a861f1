package io.postern.xds.server.grpc;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.postern.xds.server.fleet.LaneThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of a server, each of which is a lane of the fleet: what a node says is handled
 * where it was read, and answered from there, without a hop between threads. Thread-safe.
 */
final class EventLoops implements AutoCloseable {
    private static final int CLOSE_SECONDS = 2;

    private final EventLoopGroup acceptor;
    private final EventLoopGroup group;

    EventLoops(int threads) {
        IoHandlerFactory sockets =
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        acceptor = group("xds-accept", 1, sockets);
        group = group("xds", threads, sockets);
    }

    private static EventLoopGroup group(String name, int threads, IoHandlerFactory sockets) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory(name, true), sockets);
    }

    /**
     * Accepts connections and nothing else: while thousands of nodes come, and are sent everything,
     * those behind them would be too many for the kernel.
     */
    EventLoopGroup acceptor() {
        return acceptor;
    }

    /** Reads and writes. */
    EventLoopGroup group() {
        return group;
    }

    /** What listens on these loops. */
    Class<? extends ServerChannel> serverChannel() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Each of them, as a lane has it. */
    List<LaneThread> threads() {
        List<LaneThread> threads = new ArrayList<>();
        for (EventExecutor loop : group) {
            threads.add(new Loop((EventLoop) loop));
        }
        return threads;
    }

    /** One loop; it is closed with all of them. */
    private record Loop(EventLoop loop) implements LaneThread {
        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public boolean isCurrent() {
            return loop.inEventLoop();
        }

        @Override
        public void close() {
            // The server's other streams may still be on it.
        }
    }

    @Override
    public void close() {
        for (EventLoopGroup one : List.of(acceptor, group)) {
            var _ = one.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
