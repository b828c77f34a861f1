package io.postern.core.listener;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannelOption;
import io.postern.config.model.Address;
import io.postern.config.model.Listener;
import io.postern.core.overload.OverloadState;
import io.postern.core.runtime.Transport;
import io.postern.core.runtime.WorkerLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A listener that is bound: with epoll each worker has a listening socket of its own
 * (SO_REUSEPORT), so that a connection is accepted on the loop that serves it. Control thread.
 */
public final class ActiveListener {
    private static final int BACKLOG = 1024;

    private final Transport transport;
    private final OverloadState overload;
    private final List<Channel> sockets = new CopyOnWriteArrayList<>();
    private final List<Seat> seats = new ArrayList<>();
    private volatile Listener config;
    private volatile @Nullable SocketAddress address;

    /** Where connections of one worker are set up. */
    private record Seat(WorkerLoop worker, ConnectionSetup setup) {}

    /** Not bound yet. */
    public ActiveListener(Listener config, Transport transport, OverloadState overload) {
        this.config = config;
        this.transport = transport;
        this.overload = overload;
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
     * @param chains makes the filter chains of a worker
     * @throws BindException when the address cannot be had
     */
    public void bind(List<WorkerLoop> workers, Function<WorkerLoop, ChainsOnWorker> chains) {
        for (WorkerLoop worker : workers) {
            var stats = new ListenerStats(worker.metrics(), config.address().toString());
            seats.add(
                    new Seat(
                            worker,
                            new ConnectionSetup(
                                    chains.apply(worker), stats, overload, worker.random())));
        }
        address = bind(config.address());
        config.more().forEach(this::bind);
    }

    /** On every worker that has a seat; returns the address with the port that was chosen. */
    private SocketAddress bind(Address at) {
        SocketAddress wanted = toSocketAddress(at);
        for (Seat seat : seats) {
            ChannelFuture bound =
                    bootstrap(seat.worker(), seat.setup(), at instanceof Address.Pipe)
                            .bind(wanted)
                            .awaitUninterruptibly();
            if (!bound.isSuccess()) {
                close();
                throw new BindException(config, at, bound.cause());
            }
            sockets.add(bound.channel());
            wanted = bound.channel().localAddress(); // port 0 was chosen by the first
            if (!transport.sharesPorts() || at instanceof Address.Pipe) {
                break;
            }
        }
        return wanted;
    }

    /** Goes on with other filter chains on the same sockets: no connection is refused. */
    public void update(Listener replacement, Function<WorkerLoop, ChainsOnWorker> chains) {
        config = replacement;
        for (Seat seat : seats) {
            ChainsOnWorker next = chains.apply(seat.worker());
            seat.worker().execute(() -> seat.setup().use(next));
        }
    }

    private ServerBootstrap bootstrap(WorkerLoop worker, ConnectionSetup setup, boolean pipe) {
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

    /** Accepts connections, or lets them wait in the kernel for now. Any thread. */
    public void accept(boolean accepting) {
        for (Channel socket : sockets) {
            if (socket.config().isAutoRead() != accepting) {
                socket.config().setAutoRead(accepting);
            }
        }
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

        BindException(Listener listener, Address address, @Nullable Throwable cause) {
            super(
                    "listener '"
                            + listener.name()
                            + "': cannot bind "
                            + address
                            + ": "
                            + (cause == null ? "unknown" : cause.getMessage())
                            + " (is another process listening there?)",
                    cause);
        }
    }
}
