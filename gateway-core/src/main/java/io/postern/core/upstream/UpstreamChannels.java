package io.postern.core.upstream;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/**
 * Makes client sockets of the kind that fits the event loops: native epoll, or NIO where epoll does
 * not load. Thread-safe: immutable.
 */
public enum UpstreamChannels {
    EPOLL {
        @Override
        Channel open(SocketAddress address) {
            return address instanceof DomainSocketAddress
                    ? new EpollDomainSocketChannel()
                    : new EpollSocketChannel();
        }

        @Override
        SocketAddress pipe(String path) {
            return new DomainSocketAddress(path);
        }
    },
    NIO {
        @Override
        Channel open(SocketAddress address) {
            return address instanceof UnixDomainSocketAddress
                    ? new NioDomainSocketChannel()
                    : new NioSocketChannel();
        }

        @Override
        SocketAddress pipe(String path) {
            return UnixDomainSocketAddress.of(Path.of(path));
        }
    };

    /** A new channel, not registered, that can connect to {@code address}. */
    abstract Channel open(SocketAddress address);

    /** The address of a Unix domain socket as this kind of channel wants it. */
    abstract SocketAddress pipe(String path);
}
