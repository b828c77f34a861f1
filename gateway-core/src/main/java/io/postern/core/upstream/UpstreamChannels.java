package io.postern.core.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.postern.config.model.Cluster.TcpKeepalive;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

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

        @Override
        void timing(Channel channel, TcpKeepalive keepalive) {
            option(channel, EpollChannelOption.TCP_KEEPCNT, keepalive.probes());
            option(channel, EpollChannelOption.TCP_KEEPIDLE, keepalive.timeSeconds());
            option(channel, EpollChannelOption.TCP_KEEPINTVL, keepalive.intervalSeconds());
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

        @Override
        void timing(Channel channel, TcpKeepalive keepalive) {
            option(channel, nio(ExtendedSocketOptions.TCP_KEEPCOUNT), keepalive.probes());
            option(channel, nio(ExtendedSocketOptions.TCP_KEEPIDLE), keepalive.timeSeconds());
            option(
                    channel,
                    nio(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                    keepalive.intervalSeconds());
        }

        private ChannelOption<Integer> nio(SocketOption<Integer> option) {
            return NioChannelOption.of(option);
        }
    };

    /** A new channel, not registered, that can connect to {@code address}. */
    abstract Channel open(SocketAddress address);

    /** When the kernel probes an idle connection. */
    abstract void timing(Channel channel, TcpKeepalive keepalive);

    /** Switches the kernel's probes of idle connections on; null: leaves them off. */
    void keepAlive(Channel channel, @Nullable TcpKeepalive keepalive) {
        if (keepalive != null) {
            channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
            timing(channel, keepalive);
        }
    }

    private static void option(Channel channel, ChannelOption<Integer> option, int value) {
        if (value > 0) {
            channel.config().setOption(option, value);
        }
    }

    /** The address of a Unix domain socket as this kind of channel wants it. */
    abstract SocketAddress pipe(String path);
}
