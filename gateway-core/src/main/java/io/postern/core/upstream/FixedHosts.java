package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Hosts that are addresses: they stay, or others are delivered. Control side. */
final class FixedHosts implements HostSource {
    private final List<HostSpec> hosts;

    FixedHosts(Cluster cluster, HostBook book) {
        hosts = of(cluster, book);
    }

    static List<HostSpec> of(Cluster cluster, HostBook book) {
        List<HostSpec> hosts = new ArrayList<>();
        for (Cluster.LocalityEndpoints group : cluster.endpoints()) {
            for (Cluster.Endpoint end : group.endpoints()) {
                hosts.add(book.fixed(group, end));
            }
        }
        return List.copyOf(hosts);
    }

    @Override
    public void start(Consumer<List<HostSpec>> listener) {
        listener.accept(hosts);
    }

    @Override
    public void stop() {}
}
