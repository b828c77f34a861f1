package io.postern.core.runtime;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import io.postern.core.upstream.UpstreamChannels;

/** How sockets are driven: native epoll, or NIO where epoll cannot load. Immutable. */
public enum Transport {
    EPOLL(
            UpstreamChannels.EPOLL,
            EpollServerSocketChannel.class,
            EpollServerDomainSocketChannel.class),
    NIO(UpstreamChannels.NIO, NioServerSocketChannel.class, NioServerDomainSocketChannel.class);

    private final UpstreamChannels upstream;
    private final Class<? extends ServerChannel> socket;
    private final Class<? extends ServerChannel> domainSocket;

    Transport(
            UpstreamChannels upstream,
            Class<? extends ServerChannel> socket,
            Class<? extends ServerChannel> domainSocket) {
        this.upstream = upstream;
        this.socket = socket;
        this.domainSocket = domainSocket;
    }

    /** The best one that loads here. */
    public static Transport best() {
        // Otherwise Netty looks for four logging libraries first, which takes a start 30 ms.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** Event loops for it. */
    public IoHandlerFactory ioHandlers() {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    /** Upstream sockets for it. */
    public UpstreamChannels upstreamChannels() {
        return upstream;
    }

    /** Listening sockets for it. */
    public Class<? extends ServerChannel> serverChannel(boolean pipe) {
        return pipe ? domainSocket : socket;
    }

    /** A listening socket that is open already; only with epoll. */
    public static ServerChannel adopt(FileDescriptor open) {
        return new EpollServerSocketChannel(open.intValue());
    }

    /** Whether each worker can have a listening socket of its own on the same port. */
    public boolean sharesPorts() {
        return this == EPOLL;
    }
}
