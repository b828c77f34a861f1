package io.postern.core.listener;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannelOption;
import io.postern.config.model.Address;
import io.postern.config.model.FilterChain;
import io.postern.config.model.Listener;
import io.postern.core.runtime.Transport;
import io.postern.core.runtime.WorkerLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A listener that is bound: with epoll each worker has a listening socket of its own
 * (SO_REUSEPORT), so that a connection is accepted on the loop that serves it. Control thread.
 */
public final class ActiveListener {
    private static final int BACKLOG = 1024;

    private final Listener config;
    private final Transport transport;
    private final List<Channel> sockets = new ArrayList<>();
    private @Nullable SocketAddress address;

    /** Not bound yet. */
    public ActiveListener(Listener config, Transport transport) {
        this.config = config;
        this.transport = transport;
    }

    /** Its configuration. */
    public Listener config() {
        return config;
    }

    /** Where it is bound; null before. */
    public @Nullable SocketAddress address() {
        return address;
    }

    /**
     * Binds on every worker.
     *
     * @param parts makes TLS and HTTP of the filter chains
     * @throws BindException when the address cannot be had
     */
    public void bind(List<WorkerLoop> workers, FilterChainParts parts) {
        SocketAddress wanted = toSocketAddress(config.address());
        for (WorkerLoop worker : workers) {
            ConnectionSetup setup = setup(worker, parts);
            ChannelFuture bound = bootstrap(worker, setup).bind(wanted).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                close();
                throw new BindException(config, bound.cause());
            }
            sockets.add(bound.channel());
            address = bound.channel().localAddress();
            wanted = address; // port 0 was chosen by the first
            if (!transport.sharesPorts() || config.address() instanceof Address.Pipe) {
                break;
            }
        }
    }

    private ServerBootstrap bootstrap(WorkerLoop worker, ConnectionSetup setup) {
        boolean pipe = config.address() instanceof Address.Pipe;
        var bootstrap =
                new ServerBootstrap()
                        .group(worker.eventLoop(), worker.eventLoop())
                        .channel(transport.serverChannel(pipe))
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childHandler(setup);
        if (!pipe) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true);
            bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
            if (transport.sharesPorts()) {
                bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
            }
        }
        return bootstrap;
    }

    private ConnectionSetup setup(WorkerLoop worker, FilterChainParts parts) {
        List<ChainOnWorker> chains = new ArrayList<>();
        for (FilterChain chain : config.filterChains()) {
            chains.add(chain(worker, chain, parts));
        }
        FilterChain otherwise = config.defaultFilterChain();
        if (otherwise != null) {
            chains.add(chain(worker, otherwise, parts));
        }
        var stats = new ListenerStats(worker.metrics(), config.address().toString());
        return new ConnectionSetup(config, chains, stats);
    }

    private static ChainOnWorker chain(
            WorkerLoop worker, FilterChain chain, FilterChainParts parts) {
        return new ChainOnWorker(chain, parts.pipeline(worker, chain), parts.tls(chain));
    }

    /** Stops accepting; connections go on. */
    public void close() {
        sockets.forEach(socket -> socket.close().awaitUninterruptibly());
        sockets.clear();
    }

    private static SocketAddress toSocketAddress(Address address) {
        return switch (address) {
            case Address.Socket(String host, int port) ->
                    new InetSocketAddress(InetAddress.ofLiteral(host), port);
            case Address.Pipe(String path) -> new DomainSocketAddress(path);
        };
    }

    /** An address cannot be listened on. */
    public static final class BindException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BindException(Listener listener, @Nullable Throwable cause) {
            super(
                    "listener '"
                            + listener.name()
                            + "': cannot bind "
                            + listener.address()
                            + ": "
                            + (cause == null ? "unknown" : cause.getMessage())
                            + " (is another process listening there?)",
                    cause);
        }
    }
}
