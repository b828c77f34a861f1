package io.postern.core.upstream;

import io.netty.util.NetUtil;
import io.postern.config.model.Address;
import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Endpoint;
import io.postern.config.model.Cluster.LocalityEndpoints;
import io.postern.core.upstream.outlier.OutlierMonitor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the host records of one cluster; a host that was there before keeps its counters. Control
 * side, thread-safe.
 */
final class HostBook {
    private final Cluster cluster;
    private final UpstreamChannels channels;
    private final int workers;
    private final Map<String, HostState> states = new ConcurrentHashMap<>();

    private final @Nullable Supplier<OutlierMonitor> monitors;

    HostBook(Cluster cluster, UpstreamChannels channels, int workers) {
        this(cluster, channels, workers, null);
    }

    /** {@code monitors}: makes one for each host; null without outlier detection. */
    HostBook(
            Cluster cluster,
            UpstreamChannels channels,
            int workers,
            @Nullable Supplier<OutlierMonitor> monitors) {
        this.monitors = monitors;
        this.cluster = cluster;
        this.channels = channels;
        this.workers = workers;
    }

    /** A host at an address that is known. */
    HostSpec host(
            String key,
            SocketAddress address,
            String hostname,
            LocalityEndpoints group,
            Endpoint end) {
        HostState state = states.computeIfAbsent(key, _ -> newHost(end));
        return new HostSpec(
                key,
                address,
                hostname,
                end,
                group.priority(),
                new HostSpec.Locality(
                        group.region(), group.zone(), group.subZone(), group.weight()),
                HealthFlags.of(end.health()) | state.flags(),
                state);
    }

    /** An endpoint whose address needs no resolving. */
    HostSpec fixed(LocalityEndpoints group, Endpoint end) {
        SocketAddress address =
                switch (end.address()) {
                    case Address.Socket socket -> literal(socket);
                    case Address.Pipe pipe -> channels.pipe(pipe.path());
                };
        return host(AddressText.of(address), address, end.hostname(), group, end);
    }

    // Slow start and health checks are for hosts that come later, too.
    private HostState newHost(Endpoint end) {
        HostState state =
                new HostState(workers, System.nanoTime(), monitors == null ? null : monitors.get());
        boolean checked = end.check() == null || !end.check().disabled();
        if (checked && !cluster.healthChecks().isEmpty()) {
            int pending = cluster.hostLoss().ignoresNew() ? HealthFlags.PENDING_ACTIVE_HC : 0;
            state.change(HealthFlags.FAILED_ACTIVE_HC | pending, 0);
        }
        return state;
    }

    /** Forgets what is known of hosts that are not among {@code keys}. */
    void retain(Iterable<HostSpec> hosts) {
        Set<String> kept = new HashSet<>();
        hosts.forEach(host -> kept.add(host.key()));
        states.keySet().retainAll(kept);
    }

    private InetSocketAddress literal(Address.Socket socket) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(socket.host());
        if (bytes == null) {
            throw new ClusterConfigException(
                    cluster.name(),
                    "malformed IP address: '"
                            + socket.host()
                            + "' (expected: an IPv4 or IPv6 address; for a name set the cluster's"
                            + " type to STRICT_DNS or LOGICAL_DNS)");
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), socket.port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("bug: " + bytes.length + " bytes of address", e);
        }
    }
}
