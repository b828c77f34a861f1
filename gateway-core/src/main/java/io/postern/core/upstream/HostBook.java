package io.postern.core.upstream;

import io.netty.util.NetUtil;
import io.postern.config.model.Address;
import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Endpoint;
import io.postern.config.model.Cluster.LocalityEndpoints;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes the host records of one cluster; a host that was there before keeps its counters. Control
 * side, thread-safe.
 */
final class HostBook {
    private final Cluster cluster;
    private final UpstreamChannels channels;
    private final int workers;
    private final Map<String, HostTally> tallies = new ConcurrentHashMap<>();

    HostBook(Cluster cluster, UpstreamChannels channels, int workers) {
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
        return new HostSpec(
                key,
                address,
                hostname,
                end.weight(),
                group.priority(),
                new HostSpec.Locality(group.region(), group.zone(), group.subZone()),
                end.health(),
                tallies.computeIfAbsent(key, _ -> new HostTally(workers)));
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

    /** Forgets the counters of hosts that are not among {@code keys}. */
    void retain(Iterable<HostSpec> hosts) {
        Map<String, HostTally> kept = new HashMap<>();
        hosts.forEach(host -> kept.put(host.key(), host.tally()));
        tallies.keySet().retainAll(kept.keySet());
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
