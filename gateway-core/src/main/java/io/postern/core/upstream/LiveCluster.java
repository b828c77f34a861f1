package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.Cluster.DnsLookups;
import io.postern.config.model.Cluster.NameCache;
import io.postern.config.model.HealthCheck;
import io.postern.config.model.OutlierDetection;
import io.postern.core.tls.TlsConfigException;
import io.postern.core.upstream.dns.NameResolver;
import io.postern.core.upstream.health.Health;
import io.postern.core.upstream.health.HealthChecker;
import io.postern.core.upstream.health.HealthEvent;
import io.postern.core.upstream.health.ProbeTarget;
import io.postern.core.upstream.resilience.ResilienceGuard;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A configured cluster on the control side: who its hosts are now, and how they are. Guarded by the
 * directory.
 */
final class LiveCluster {
    private static final int MOST_ASKED = 10_000; // a client may name them

    private final SharedCluster shared;
    private final Control control;
    private final HostBook book;
    private final HostSource source;
    private final @Nullable HostEjections ejections;
    private final CompletableFuture<Boolean> warm = new CompletableFuture<>();
    private final Set<String> unchecked = new HashSet<>();
    private @Nullable HealthWatch checks;
    private Cluster config;
    private HostPlan plan;
    private boolean discovered;

    /**
     * What the control side lends to clusters.
     *
     * @param names looks names up
     * @param timer the thread on which that is kept track of
     * @param guarded runs tasks on {@code timer}, with the directory's lock
     * @param stats counts what is done here
     * @param changed told under that lock when hosts or their health have changed
     */
    record Control(
            NameResolver names,
            ScheduledExecutorService timer,
            Executor guarded,
            ControlStats stats,
            Consumer<LiveCluster> changed) {
        private DnsHosts hosts(Cluster config, DnsLookups lookups, HostBook book) {
            return new DnsHosts(
                    config, lookups, book, names.asking(lookups.servers()), timer, stats);
        }
    }

    LiveCluster(Cluster config, UpstreamChannels channels, Control control, int workers) {
        this.control = control;
        this.config = config;
        try {
            shared = new SharedCluster(config, workers);
        } catch (TlsConfigException e) {
            throw new ClusterConfigException(config.name(), e);
        }
        OutlierDetection outliers = config.outlierDetection();
        ejections = outliers == null ? null : new HostEjections(outliers, this, control);
        book =
                new HostBook(
                        config,
                        channels,
                        workers,
                        ejections == null ? null : ejections::newMonitor);
        plan = HostPlan.of(List.of(), config);
        source =
                switch (config.discovery()) {
                    case Discovery.Static _, Discovery.Eds _, Discovery.Aggregate _ ->
                            new FixedHosts(config, book);
                    case Discovery.OriginalDestination original -> byAddress(original);
                    case Discovery.ForwardProxy(var cache) -> byName(cache);
                    case Discovery.StrictDns strict ->
                            control.hosts(config, strict.lookups(), book);
                    case Discovery.LogicalDns logical ->
                            control.hosts(config, logical.lookups(), book);
                };
    }

    private HostSource byAddress(Discovery.OriginalDestination original) {
        var hosts =
                new AskedHosts(
                        book, MOST_ASKED, original.cleanup(), control.timer(), System::nanoTime);
        shared.asked(hosts);
        return hosts;
    }

    private HostSource byName(NameCache cache) {
        var hosts =
                new AskedHosts(
                        book, cache.maxHosts(), cache.hostTtl(), control.timer(), System::nanoTime);
        var names =
                new AskedNames(
                        cache,
                        hosts,
                        control.names().asking(cache.lookups().servers()),
                        control.timer());
        shared.names(names);
        names.start();
        return hosts;
    }

    SharedCluster shared() {
        return shared;
    }

    /** What it is configured to be, with the endpoints that were delivered last. */
    Cluster config() {
        return config;
    }

    /** Whether {@code next} differs in the endpoints that were delivered, and in nothing else. */
    boolean canBecome(Cluster next) {
        return config.discovery() instanceof Discovery.Eds
                && next.withAssignment(config.assignment()).equals(config);
    }

    /**
     * The hosts of newly delivered endpoints.
     *
     * @throws ClusterConfigException when one has no address
     */
    List<HostSpec> hostsOf(Cluster next) {
        return FixedHosts.of(next, book);
    }

    /** It has these endpoints now. */
    void become(Cluster next) {
        config = next;
    }

    HostPlan plan() {
        return plan;
    }

    /** Completes when its hosts are known first, or are known to be unknown, to every worker. */
    CompletableFuture<Boolean> warm() {
        return warm;
    }

    /** Whether its hosts are known, and each was probed once where that is wanted. */
    boolean isReady() {
        return discovered && unchecked.isEmpty();
    }

    /** What discovery says now. */
    void hosts(List<HostSpec> now) {
        boolean first = !discovered;
        discovered = true;
        List<HostSpec> all = new ArrayList<>(now);
        keepHealthy(all);
        if (first && hasChecks()) {
            now.stream().filter(HealthWatch::isChecked).forEach(host -> unchecked.add(host.key()));
        }
        use(all);
    }

    // A host that discovery has lost stays while its checks say that it is well.
    private void keepHealthy(List<HostSpec> hosts) {
        if (!hasChecks() || shared.config().hostLoss().ignoreHealthOnRemoval()) {
            return;
        }
        Set<String> known = new HashSet<>();
        hosts.forEach(host -> known.add(host.key()));
        for (HostSpec before : plan.hosts()) {
            int flags = before.state().flags();
            if (known.add(before.key())) {
                if ((flags & HealthFlags.FAILED_ACTIVE_HC) == 0 && HealthWatch.isChecked(before)) {
                    before.state().change(HealthFlags.PENDING_DYNAMIC_REMOVAL, 0);
                    hosts.add(before.refreshed());
                }
            } else {
                before.state().change(0, HealthFlags.PENDING_DYNAMIC_REMOVAL);
            }
        }
        hosts.replaceAll(HostSpec::refreshed);
    }

    /** Flags have changed. */
    private void refresh() {
        List<HostSpec> all = new ArrayList<>();
        int gone = HealthFlags.PENDING_DYNAMIC_REMOVAL | HealthFlags.FAILED_ACTIVE_HC;
        for (HostSpec host : plan.hosts()) {
            HostSpec now = host.refreshed();
            if ((now.flags() & gone) != gone) {
                all.add(now);
            }
        }
        use(all);
        control.changed().accept(this);
    }

    private void use(List<HostSpec> hosts) {
        plan = HostPlan.of(hosts, config);
        book.retain(hosts);
        if (ejections != null) {
            ejections.hosts(hosts);
        }
        if (checks != null) {
            checks.hosts(hosts);
        }
    }

    private boolean hasChecks() {
        return !shared.config().healthChecks().isEmpty();
    }

    /** Every worker was told. */
    void becomeWarm() {
        warm.complete(true);
    }

    void start(Consumer<List<HostSpec>> listener) {
        source.start(listener);
        if (ejections != null) {
            ejections.start();
        }
    }

    /** Probes from {@code loop}, if probing is wanted and was not begun. */
    void check(UpstreamLoop loop, UpstreamChannels channels) {
        if (hasChecks() && checks == null) {
            HealthCheck config = shared.config().healthChecks().getFirst();
            checks = new HealthWatch(config, shared, loop, channels, new Checks(config));
            checks.hosts(plan.hosts());
        }
    }

    void stop() {
        source.stop();
        if (ejections != null) {
            ejections.stop();
        }
        if (checks != null) {
            checks.stop();
        }
    }

    private void onHealth(String key, Health health) {
        for (HostSpec host : plan.hosts()) {
            if (host.key().equals(key)) {
                onHealth(host, health);
                break;
            }
        }
        unchecked.remove(key);
        refresh();
    }

    private void onHealth(HostSpec host, Health health) {
        HostState state = host.state();
        boolean was = (state.flags() & HealthFlags.FAILED_ACTIVE_HC) == 0;
        int all =
                HealthFlags.FAILED_ACTIVE_HC
                        | HealthFlags.PENDING_ACTIVE_HC
                        | HealthFlags.DEGRADED_ACTIVE_HC
                        | HealthFlags.ACTIVE_HC_TIMEOUT
                        | HealthFlags.EXCLUDED_VIA_IMMEDIATE_HC_FAIL;
        state.change(flags(health), all);
        if (health.healthy() && !was) {
            state.servesSince(System.nanoTime());
            if (ejections != null) {
                ejections.onCheckPassed(host.key());
            }
        }
    }

    private static int flags(Health health) {
        if (health.healthy()) {
            return health.degraded() ? HealthFlags.DEGRADED_ACTIVE_HC : 0;
        }
        return HealthFlags.FAILED_ACTIVE_HC
                | (health.timedOut() ? HealthFlags.ACTIVE_HC_TIMEOUT : 0)
                | (health.excluded() ? HealthFlags.EXCLUDED_VIA_IMMEDIATE_HC_FAIL : 0);
    }

    /** A host was ejected or may come back. */
    void onEjection(String key, boolean out) {
        for (HostSpec host : plan.hosts()) {
            if (host.key().equals(key)) {
                int flag = HealthFlags.FAILED_OUTLIER_CHECK;
                host.state().change(out ? flag : 0, out ? 0 : flag);
                if (!out) {
                    host.state().servesSince(System.nanoTime());
                }
            }
        }
    }

    /** See {@link #onEjection}; after all of them. */
    void onEjections() {
        refresh();
    }

    ClusterView view() {
        ResilienceGuard guard = shared.guard();
        return new ClusterView(
                shared.config().name(),
                shared.statName(),
                config,
                false,
                guard == null ? Map.of() : guard.state(),
                plan.hosts().stream().map(ClusterView.Host::of).toList());
    }

    /** Called on the loop that probes. */
    private final class Checks implements HealthChecker.Listener {
        private final HealthEventLog log;

        Checks(HealthCheck config) {
            log = new HealthEventLog(config.eventLogPath(), control.timer());
        }

        @Override
        public void onHealth(ProbeTarget target, Health health, boolean first) {
            control.guarded().execute(() -> LiveCluster.this.onHealth(target.key(), health));
        }

        @Override
        public void onEvent(HealthEvent event) {
            log.add(event);
        }
    }
}
