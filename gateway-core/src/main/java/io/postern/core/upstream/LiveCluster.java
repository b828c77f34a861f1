package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Discovery;
import io.postern.core.tls.TlsConfigException;
import io.postern.core.upstream.dns.NameResolver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** A configured cluster on the control side: who its hosts are now. Guarded by the directory. */
final class LiveCluster {
    private final SharedCluster shared;
    private final HostBook book;
    private final HostSource source;
    private Cluster config;
    private final CompletableFuture<Boolean> warm = new CompletableFuture<>();
    private List<HostSpec> hosts = List.of();

    LiveCluster(Cluster config, UpstreamChannels channels, Dns dns, int workers) {
        this.config = config;
        try {
            shared = new SharedCluster(config, workers);
        } catch (TlsConfigException e) {
            throw new ClusterConfigException(config.name(), e);
        }
        book = new HostBook(config, channels, workers);
        source =
                switch (config.discovery()) {
                    case Discovery.Static _ -> new FixedHosts(config, book);
                    case Discovery.Eds _ -> new FixedHosts(config, book);
                    case Discovery.StrictDns strict ->
                            dns.hosts(config, NamedEndpoint.Schedule.of(strict), book);
                    case Discovery.LogicalDns logical ->
                            dns.hosts(config, NamedEndpoint.Schedule.of(logical), book);
                };
    }

    /** Who looks names up, and the thread on which that is kept track of. */
    record Dns(NameResolver names, ScheduledExecutorService timer) {
        private DnsHosts hosts(Cluster config, NamedEndpoint.Schedule schedule, HostBook book) {
            return new DnsHosts(config, schedule, book, names, timer);
        }
    }

    /** What it is configured to be, with the endpoints that were delivered last. */
    Cluster config() {
        return config;
    }

    /** Whether {@code next} differs in the endpoints that were delivered, and in nothing else. */
    boolean canBecome(Cluster next) {
        return config.discovery() instanceof Discovery.Eds
                && next.withEndpoints(config.endpoints()).equals(config);
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

    SharedCluster shared() {
        return shared;
    }

    List<HostSpec> hosts() {
        return hosts;
    }

    /** Completes when its hosts are known first, or are known to be unknown, to every worker. */
    CompletableFuture<Boolean> warm() {
        return warm;
    }

    void hosts(List<HostSpec> now) {
        hosts = now;
        book.retain(now);
    }

    /** Every worker was told. */
    void becomeWarm() {
        warm.complete(true);
    }

    void start(Consumer<List<HostSpec>> listener) {
        source.start(listener);
    }

    void stop() {
        source.stop();
    }

    ClusterView view() {
        return new ClusterView(
                shared.config().name(),
                shared.statName(),
                config,
                hosts.stream().map(ClusterView.Host::of).toList());
    }
}
