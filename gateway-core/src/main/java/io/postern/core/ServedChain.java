package io.postern.core;

import io.postern.config.model.FilterChain;
import io.postern.config.model.Listener;
import io.postern.config.model.TcpProxy;
import io.postern.config.model.Tls;
import io.postern.core.filter.FilterStock;
import io.postern.core.http.ServerPipeline;
import io.postern.core.listener.ChainOnWorker;
import io.postern.core.listener.ConnectionService;
import io.postern.core.listener.DrainPace;
import io.postern.core.listener.OpenConnections;
import io.postern.core.route.CompiledRoutes;
import io.postern.core.runtime.WorkerLoop;
import io.postern.core.tcp.TcpProxyService;
import io.postern.core.tls.DownstreamTls;
import io.postern.sdk.FilterScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A filter chain that is served: its connections on every worker, and the flow that their new
 * requests take. Routes, filters, access logs, certificates and trusted authorities change under
 * its connections; whatever else changes makes a new chain, and this one is drained. Control
 * thread.
 */
final class ServedChain {
    private final ListenerParts parts;
    private final Listener listener;
    private final FilterStock stock;
    private final List<Seat> seats = new ArrayList<>();
    private FilterChain config;
    private final ConnectionParts connections;
    private FlowFactory flows;
    private @Nullable DownstreamTls tls;

    /** Its part on one worker. */
    private record Seat(WorkerLoop worker, FlowSlot slot, ConnectionService service) {}

    /** A version that has been made and is not served yet; one of the two methods is called. */
    interface Change {
        /** Serves it. */
        void commit();

        /** Forgets it. */
        void abandon();

        /** One that has nothing to forget. */
        static Change of(Runnable commit) {
            return new Change() {
                @Override
                public void commit() {
                    commit.run();
                }

                @Override
                public void abandon() {}
            };
        }
    }

    /**
     * Compiles everything; serves when a listener leads connections here.
     *
     * @throws RuntimeException says which part cannot work
     */
    ServedChain(ListenerParts parts, Listener listener, FilterChain config, CompiledRoutes routes) {
        this.parts = parts;
        this.listener = listener;
        this.config = config;
        this.tls = tls(config);
        this.stock =
                new FilterStock(
                        parts.settings().filters(),
                        filter ->
                                new FilterScope(
                                        filter,
                                        listener.name(),
                                        parts.node().id(),
                                        parts.node().cluster(),
                                        listener.inbound(),
                                        "http." + config.http().statPrefix() + ".",
                                        parts.node().message()),
                        parts.workers(),
                        parts.control());
        this.connections = ConnectionParts.load(config, stock, parts.settings());
        try {
            this.flows = FlowFactory.load(listener, config, routes, stock, parts);
        } catch (RuntimeException e) {
            connections.close();
            throw e;
        }
        for (WorkerLoop worker : parts.workers()) {
            seats.add(seat(worker));
        }
        flow(flows);
    }

    private Seat seat(WorkerLoop worker) {
        var slot = new FlowSlot(new OpenConnections(worker));
        int limit = listener.bufferLimitBytes();
        TcpProxy tcp = config.tcp();
        ConnectionService service =
                tcp == null
                        ? new ServerPipeline(
                                parts.codec(worker),
                                config.http(),
                                limit,
                                connection -> new DownstreamConnection(slot, connection))
                        : new TcpProxyService(tcp, worker, limit, connections.accessLog(worker));
        return new Seat(
                worker, slot, connections.inFrontOf(service, config, parts, worker, listener));
    }

    FilterChain config() {
        return config;
    }

    /** Whether connections can stay when this becomes {@code next} of {@code nextListener}. */
    boolean canBecome(Listener nextListener, FilterChain next) {
        return nextListener.bufferLimitBytes() == listener.bufferLimitBytes()
                && nextListener.inbound() == listener.inbound()
                && nextListener.bypassesOverload() == listener.bypassesOverload()
                && nextListener.metadata().equals(listener.metadata())
                && next.metadata().equals(config.metadata())
                && next.name().equals(config.name())
                && next.match().equals(config.match())
                && sameHandshake(next.tls(), config.tls())
                && Objects.equals(next.tcp(), config.tcp())
                && next.networkFilters().equals(config.networkFilters())
                && next.http().isSameForConnections(config.http());
    }

    private static boolean sameHandshake(
            Tls.@Nullable Downstream one, Tls.@Nullable Downstream other) {
        return one == null ? other == null : other != null && one.isSameButForSecrets(other);
    }

    /**
     * Makes the next version.
     *
     * @throws RuntimeException says which part cannot work; this version is untouched
     */
    Change prepare(FilterChain next, CompiledRoutes routes) {
        if (next.equals(config)) {
            return Change.of(() -> config = next);
        }
        DownstreamTls nextTls = same(next.tls(), config.tls()) ? tls : tls(next);
        FlowFactory made = FlowFactory.load(listener, next, routes, stock, parts);
        return new Change() {
            @Override
            public void commit() {
                config = next;
                tls = nextTls;
                flows = made;
                flow(made);
            }

            @Override
            public void abandon() {
                made.close();
            }
        };
    }

    private static boolean same(Tls.@Nullable Downstream one, Tls.@Nullable Downstream other) {
        return one == null ? other == null : one.equals(other);
    }

    private static @Nullable DownstreamTls tls(FilterChain chain) {
        return chain.tls() == null ? null : new DownstreamTls(chain.tls());
    }

    // The plan before goes when its last exchange on the last worker has ended.
    private void flow(FlowFactory factory) {
        var left = new AtomicInteger(seats.size());
        Runnable onEnd =
                () -> {
                    if (left.decrementAndGet() == 0) {
                        parts.control().execute(factory::close);
                    }
                };
        for (Seat seat : seats) {
            RequestFlow flow =
                    factory.flow(seat.worker(), seat.slot().open(), parts.seeds().split(), onEnd);
            seat.worker().execute(() -> seat.slot().replace(flow));
        }
    }

    /** What a listener on {@code worker} leads connections to. */
    ChainOnWorker onWorker(WorkerLoop worker) {
        Seat seat = seats.get(worker.index());
        return new ChainOnWorker(config, seat.slot().open(), seat.service(), tls);
    }

    /** Lets its connections end; completes when they have. */
    CompletableFuture<?> drain(Duration over) {
        var drained = new ArrayList<CompletableFuture<?>>();
        for (Seat seat : seats) {
            WorkerLoop worker = seat.worker();
            var pace = new DrainPace(over, worker.random());
            worker.execute(() -> seat.slot().open().drain(pace));
            drained.add(seat.slot().open().drained());
        }
        return CompletableFuture.allOf(drained.toArray(CompletableFuture<?>[]::new));
    }

    /** Closes what is open, then the filters. */
    void close() {
        var left = new AtomicInteger(seats.size());
        for (Seat seat : seats) {
            seat.worker()
                    .execute(() -> {
                        seat.slot().open().close();
                        seat.slot().replace(null);
                        if (left.decrementAndGet() == 0) {
                            parts.control().execute(connections::close);
                        }
                    });
        }
    }
}
