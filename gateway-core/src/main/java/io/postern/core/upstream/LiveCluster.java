package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Discovery;
import java.util.List;
import java.util.function.Consumer;

/** A configured cluster on the control side: who its hosts are now. Guarded by the directory. */
final class LiveCluster {
    private final SharedCluster shared;
    private final HostBook book;
    private final HostSource source;
    private List<HostSpec> hosts = List.of();

    LiveCluster(Cluster config, UpstreamChannels channels, int workers) {
        shared = new SharedCluster(config, workers);
        book = new HostBook(config, channels, workers);
        source =
                switch (config.discovery()) {
                    case Discovery.Static _ -> new FixedHosts(config, book);
                    case Discovery.StrictDns _, Discovery.LogicalDns _ ->
                            throw new ClusterConfigException(config.name(), "DNS: not yet");
                };
    }

    SharedCluster shared() {
        return shared;
    }

    List<HostSpec> hosts() {
        return hosts;
    }

    void hosts(List<HostSpec> now) {
        hosts = now;
        book.retain(now);
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
                shared.config(),
                hosts.stream().map(ClusterView.Host::of).toList());
    }
}
