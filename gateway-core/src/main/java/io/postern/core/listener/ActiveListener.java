package io.postern.core.listener;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.postern.config.model.Address;
import io.postern.config.model.Listener;
import io.postern.core.hotrestart.Inheritance;
import io.postern.core.overload.OverloadState;
import io.postern.core.runtime.Transport;
import io.postern.core.runtime.WorkerLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
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
    private final Inheritance inheritance;
    private final List<Channel> sockets = new CopyOnWriteArrayList<>();
    private final List<Seat> seats = new ArrayList<>();
    private volatile Listener config;
    private final AtomicLong accepted = new AtomicLong();
    private volatile @Nullable SocketAddress address;

    /** Where connections of one worker are set up. */
    private record Seat(WorkerLoop worker, ConnectionSetup setup) {}

    /**
     * Not bound yet.
     *
     * @param inheritance where its sockets may be open already
     */
    public ActiveListener(
            Listener config, Transport transport, OverloadState overload, Inheritance inheritance) {
        this.config = config;
        this.transport = transport;
        this.overload = overload;
        this.inheritance = inheritance;
    }

    /** Its configuration. */
    public Listener config() {
        return config;
    }

    /** Where it is bound; null before. */
    public @Nullable SocketAddress address() {
        return address;
    }

    /** Connections that it has accepted so far. Any thread. */
    public long accepted() {
        return accepted.get();
    }

    /**
     * Binds on every worker.
     *
     * @param chains makes the filter chains of a worker
     * @throws BindException when the address cannot be had
     */
    public void bind(List<WorkerLoop> workers, Function<WorkerLoop, ChainsOnWorker> chains) {
        for (WorkerLoop worker : workers) {
            var stats = new ListenerStats(worker.metrics(), config.address().toString(), accepted);
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
        Deque<FileDescriptor> inherited = inherited(at);
        for (Seat seat : seats) {
            FileDescriptor open = inherited.poll();
            // Port 0 is chosen by the first.
            wanted = open == null ? bind(seat, at, wanted) : adopt(seat, at, open);
            if (!transport.sharesPorts() || at instanceof Address.Pipe) {
                break;
            }
        }
        // Whoever had them had more workers: none may be left without somebody who accepts.
        for (int i = 0; !inherited.isEmpty(); i++) {
            adopt(seats.get(i % seats.size()), at, inherited.remove());
        }
        return wanted;
    }

    private Deque<FileDescriptor> inherited(Address at) {
        return transport.sharesPorts()
                        && at instanceof Address.Socket(String host, int port)
                        && port > 0
                ? new ArrayDeque<>(inheritance.take(host + ":" + port))
                : new ArrayDeque<>();
    }

    private SocketAddress bind(Seat seat, Address at, SocketAddress wanted) {
        boolean pipe = at instanceof Address.Pipe;
        return added(
                at,
                bootstrap(seat.worker(), seat.setup(), pipe)
                        .channel(transport.serverChannel(pipe))
                        .bind(wanted)
                        .awaitUninterruptibly());
    }

    private SocketAddress adopt(Seat seat, Address at, FileDescriptor open) {
        ChannelFactory<ServerChannel> adopted = () -> Transport.adopt(open);
        return added(
                at,
                bootstrap(seat.worker(), seat.setup(), false)
                        .channelFactory(adopted)
                        .register()
                        .awaitUninterruptibly());
    }

    private SocketAddress added(Address at, ChannelFuture opened) {
        if (!opened.isSuccess()) {
            close();
            throw new BindException(config, at, opened.cause());
        }
        sockets.add(opened.channel());
        return opened.channel().localAddress();
    }

    /** Its sockets on {@code host:port}, for another process. */
    public List<FileDescriptor> descriptors(String hostAndPort) {
        if (!transport.sharesPorts()) {
            return List.of();
        }
        List<FileDescriptor> found = new ArrayList<>();
        for (Channel socket : sockets) {
            if (socket.localAddress() instanceof InetSocketAddress bound
                    && isConfigured(bound, hostAndPort)) {
                found.add(((UnixChannel) socket).fd());
            }
        }
        return found;
    }

    // As it is written in a configuration, with the port that was chosen for 0.
    private boolean isConfigured(InetSocketAddress bound, String hostAndPort) {
        for (Address at : addresses()) {
            if (at instanceof Address.Socket(String host, int port)
                    && (port == 0 || port == bound.getPort())
                    && hostAndPort.equals(host + ":" + bound.getPort())
                    && isSame(InetAddress.ofLiteral(host), bound.getAddress())) {
                return true;
            }
        }
        return false;
    }

    // One socket of both families stands for 0.0.0.0 too.
    private static boolean isSame(InetAddress configured, InetAddress bound) {
        return configured.equals(bound)
                || (configured.isAnyLocalAddress() && bound.isAnyLocalAddress());
    }

    private List<Address> addresses() {
        List<Address> all = new ArrayList<>(config.more());
        all.add(config.address());
        return all;
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
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childHandler(setup);
        if (!pipe) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true);
            bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
            if (transport.sharesPorts()) {
                bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
            }
            if (config.freebind()) {
                bootstrap.option(EpollChannelOption.IP_FREEBIND, true);
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
        for (Channel socket : sockets) {
            // First: while another process has the socket, too, epoll would not forget it.
            socket.deregister().awaitUninterruptibly();
            socket.close().awaitUninterruptibly();
        }
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
