package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The hosts of a STATIC cluster: they are addresses, and they stay. Control side. */
final class FixedHosts implements HostSource {
    private final List<HostSpec> hosts = new ArrayList<>();

    FixedHosts(Cluster cluster, HostBook book) {
        for (Cluster.LocalityEndpoints group : cluster.endpoints()) {
            for (Cluster.Endpoint end : group.endpoints()) {
                hosts.add(book.fixed(group, end));
            }
        }
    }

    @Override
    public void start(Consumer<List<HostSpec>> listener) {
        listener.accept(List.copyOf(hosts));
    }

    @Override
    public void stop() {}
}
