package io.postern.app;

import io.postern.config.LoadResult;
import io.postern.config.envoy.LiveResources;
import io.postern.config.model.Bootstrap;
import io.postern.config.model.RuntimeLayers;
import io.postern.core.Gateway;
import io.postern.core.admin.AdminView;
import io.postern.core.admin.ServerState;
import io.postern.core.listener.ActiveListener;
import io.postern.core.observe.AccessLogs;
import io.postern.core.upstream.ClusterView;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** This process as its admin server shows it. Thread-safe. */
final class ProcessView implements AdminView {
    private final LoadResult.Loaded config;
    private final Instant started;
    private final int workers;
    private final Gateway gateway;
    private final AccessLogs accessLogs;
    private final Log log;
    private final @Nullable LiveUpdates updates;
    private volatile RuntimeLayers runtime;
    private volatile boolean draining;
    private volatile boolean failing;

    ProcessView(
            LoadResult.Loaded config,
            int workers,
            Gateway gateway,
            @Nullable LiveUpdates updates,
            AccessLogs accessLogs,
            Clock clock,
            Log log) {
        this.config = config;
        this.updates = updates;
        this.runtime = config.parts().runtime();
        this.started = clock.instant();
        this.workers = workers;
        this.gateway = gateway;
        this.accessLogs = accessLogs;
        this.log = log;
    }

    /** From now on the process is about to end. */
    void draining() {
        draining = true;
    }

    @Override
    public ServerState state() {
        if (draining || failing) {
            return ServerState.DRAINING;
        }
        return updates == null || updates.ready() ? ServerState.LIVE : ServerState.INITIALIZING;
    }

    @Override
    public List<ListenerView> listeners() {
        return gateway.listeners().stream().map(ProcessView::view).toList();
    }

    private static ListenerView view(ActiveListener listener) {
        SocketAddress address = listener.address();
        return address instanceof InetSocketAddress inet
                ? new ListenerView(
                        listener.config().name(),
                        inet.getAddress().getHostAddress(),
                        inet.getPort())
                : new ListenerView(listener.config().name(), String.valueOf(address), 0);
    }

    @Override
    public List<ClusterView> clusters() {
        Set<String> fixed = new HashSet<>();
        config.bootstrap().clusters().forEach(cluster -> fixed.add(cluster.name()));
        return gateway.clusterViews().stream()
                .map(view -> fixed.contains(view.name()) ? view : view.delivered())
                .toList();
    }

    @Override
    public Map<String, Map<String, String>> routeGuards() {
        return gateway.routeGuards();
    }

    @Override
    public List<Map<String, Object>> configDump() {
        return config.dump()
                .sections(started, updates == null ? LiveResources.NONE : updates.resources());
    }

    @Override
    public RuntimeLayers runtime() {
        return updates == null ? runtime : updates.runtime();
    }

    @Override
    public void modifyRuntime(Map<String, String> changes) {
        if (updates == null) {
            runtime = runtime.modified(changes); // nothing served was made with it
        } else {
            updates.modifyRuntime(changes);
        }
    }

    @Override
    public ServerInfo info() {
        Bootstrap.Node node = config.bootstrap().node();
        return new ServerInfo(
                Version.text(),
                Map.of("concurrency", workers, "mode", "Serve"),
                Map.of("id", node.id(), "cluster", node.cluster()));
    }

    @Override
    public String logLevel() {
        return log.level().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void changeLogLevel(String level) {
        log.level(Log.Level.valueOf(level.toUpperCase(Locale.ROOT)));
    }

    @Override
    public void failHealthChecks(boolean fail) {
        failing = fail;
    }

    @Override
    public void drainListeners(boolean graceful, boolean inboundOnly) {
        gateway.drain();
    }

    @Override
    public void reopenLogs() {
        accessLogs.reopen();
    }

    @Override
    public void quit() {
        Thread.ofPlatform().name("quit").start(() -> System.exit(0));
    }
}
