package io.postern.core.upstream;

import io.postern.config.model.Address;
import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.DnsLookups;
import io.postern.config.model.Cluster.Endpoint;
import io.postern.config.model.Cluster.LocalityEndpoints;
import io.postern.core.upstream.dns.NameResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of a STRICT_DNS or LOGICAL_DNS cluster. Strict: every address of every name is a host.
 * Logical: the name is the host, and new connections go to the first address of the latest answer;
 * open ones stay. Confined to {@code timer}, except {@link #start} and {@link #stop}.
 */
final class DnsHosts implements HostSource {
    private final HostBook book;
    private final boolean logical;
    private final ScheduledExecutorService timer;
    private final Consumer<String> count;
    private final List<Entry> entries = new ArrayList<>();
    private @Nullable Consumer<List<HostSpec>> listener;
    private @Nullable List<HostSpec> told;

    DnsHosts(
            Cluster cluster,
            DnsLookups lookups,
            HostBook book,
            NameResolver names,
            ScheduledExecutorService timer,
            ControlStats stats) {
        String name = cluster.altStatName().isEmpty() ? cluster.name() : cluster.altStatName();
        this.count = what -> stats.add("cluster." + name + "." + what, 1);
        this.book = book;
        this.logical = cluster.discovery() instanceof Cluster.Discovery.LogicalDns;
        this.timer = timer;
        for (LocalityEndpoints group : cluster.endpoints()) {
            for (Endpoint end : group.endpoints()) {
                NamedEndpoint named =
                        end.address() instanceof Address.Socket socket
                                ? new NamedEndpoint(
                                        socket,
                                        lookups,
                                        names,
                                        timer,
                                        new NamedEndpoint.Listener(this::tell, count))
                                : null;
                entries.add(new Entry(group, end, named));
            }
        }
        if (logical && entries.size() != 1) {
            throw new ClusterConfigException(
                    cluster.name(),
                    "LOGICAL_DNS clusters must have a single locality_lb_endpoint and a single"
                            + " lb_endpoint (found: "
                            + entries.size()
                            + " endpoints; STRICT_DNS takes several)");
        }
    }

    /** {@code named}: null for a Unix domain socket, which needs no lookup. */
    private record Entry(LocalityEndpoints group, Endpoint end, @Nullable NamedEndpoint named) {}

    @Override
    public void start(Consumer<List<HostSpec>> toTell) {
        timer.execute(() -> {
            listener = toTell;
            tell();
            for (Entry entry : entries) {
                if (entry.named() != null) {
                    entry.named().lookUp();
                }
            }
        });
    }

    @Override
    public void stop() {
        timer.execute(() -> {
            listener = null;
            for (Entry entry : entries) {
                if (entry.named() != null) {
                    entry.named().stop();
                }
            }
        });
    }

    private void tell() {
        Consumer<List<HostSpec>> to = listener;
        if (to == null || !isComplete()) {
            return;
        }
        Map<String, HostSpec> hosts = new LinkedHashMap<>();
        for (Entry entry : entries) {
            addHosts(entry, hosts);
        }
        List<HostSpec> now = List.copyOf(hosts.values());
        if (!now.equals(told)) {
            told = now;
            to.accept(now);
        } else {
            count.accept("update_no_rebuild");
        }
    }

    private boolean isComplete() {
        for (Entry entry : entries) {
            if (entry.named() != null && !entry.named().isAnswered()) {
                return false;
            }
        }
        return true;
    }

    private void addHosts(Entry entry, Map<String, HostSpec> hosts) {
        NamedEndpoint named = entry.named();
        if (named == null) {
            HostSpec fixed = book.fixed(entry.group(), entry.end());
            hosts.putIfAbsent(fixed.key(), fixed);
            return;
        }
        String configured = entry.end().hostname();
        String hostname = configured.isEmpty() ? named.name() : configured;
        for (InetAddress ip : named.addresses()) {
            InetSocketAddress address = new InetSocketAddress(ip, named.port());
            String key = logical ? named.name() + ":" + named.port() : AddressText.of(address);
            hosts.computeIfAbsent(
                    key, _ -> book.host(key, address, hostname, entry.group(), entry.end()));
            if (logical) {
                return;
            }
        }
    }
}
