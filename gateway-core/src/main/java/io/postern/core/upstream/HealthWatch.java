package io.postern.core.upstream;

import io.netty.util.NetUtil;
import io.postern.config.model.Address;
import io.postern.config.model.Cluster;
import io.postern.config.model.HealthCheck;
import io.postern.core.upstream.health.HealthChecker;
import io.postern.core.upstream.health.HealthChecker.Surroundings;
import io.postern.core.upstream.health.ProbeTarget;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The active health checks of a cluster as the control side sees them: the probing is done by one
 * worker's loop. Thread-safe.
 */
final class HealthWatch {
    private final HealthCheck config;
    private final SharedCluster shared;
    private final UpstreamLoop loop;
    private final UpstreamChannels channels;
    private final HealthChecker checker;

    HealthWatch(
            HealthCheck config,
            SharedCluster shared,
            UpstreamLoop loop,
            UpstreamChannels channels,
            HealthChecker.Listener listener) {
        this.config = config;
        this.shared = shared;
        this.loop = loop;
        this.channels = channels;
        Cluster cluster = shared.config();
        var sockets = new ProbeConnections(shared, new ChannelConnector(shared, channels, loop));
        var used =
                loop.worker()
                        .metrics()
                        .counter("cluster." + shared.statName() + ".upstream_cx_total");
        this.checker =
                new HealthChecker(
                        config,
                        new Surroundings(
                                cluster.name(),
                                shared.statName(),
                                loop.worker(),
                                loop.random(),
                                sockets,
                                () -> used.value() > 0),
                        listener);
    }

    /** Whether {@code host} is probed at all. */
    static boolean isChecked(HostSpec host) {
        HealthCheck.Target own = host.endpoint().check();
        return own == null || !own.disabled();
    }

    /** Probes these from now on. */
    void hosts(List<HostSpec> hosts) {
        List<ProbeTarget> targets = new ArrayList<>(hosts.size());
        for (HostSpec host : hosts) {
            if (isChecked(host)) {
                targets.add(target(host));
            }
        }
        loop.worker().execute(() -> checker.hosts(targets));
    }

    void stop() {
        loop.worker().execute(checker::stop);
    }

    private ProbeTarget target(HostSpec host) {
        HealthCheck.Target own = host.endpoint().check();
        SocketAddress address = host.address();
        int port = config.altPort();
        String authority = "";
        if (own != null) {
            address = own.address() == null ? address : address(own.address());
            port = own.port() == 0 ? port : own.port();
            authority = own.hostname();
        }
        if (port != 0 && address instanceof InetSocketAddress inet) {
            address = new InetSocketAddress(inet.getAddress(), port);
        }
        return new ProbeTarget(
                host.key(), address, authority, host.hostname(), shared.socketOf(host.endpoint()));
    }

    private SocketAddress address(Address configured) {
        return switch (configured) {
            case Address.Pipe(String path) -> channels.pipe(path);
            case Address.Socket(String host, int port) -> new InetSocketAddress(ip(host), port);
        };
    }

    // The translator has seen that it is an address.
    private static InetAddress ip(String host) {
        byte[] octets = NetUtil.createByteArrayFromIpAddressString(host);
        try {
            return InetAddress.getByAddress(octets == null ? new byte[4] : octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("bug: an address of a wrong length", e);
        }
    }
}
