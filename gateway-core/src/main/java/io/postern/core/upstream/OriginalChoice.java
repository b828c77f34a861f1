package io.postern.core.upstream;

import io.netty.util.NetUtil;
import io.postern.config.model.Cluster.Discovery.OriginalDestination;
import io.postern.sdk.HeaderMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request to the address that its client wanted: what a header says, or where the
 * connection was going before it was led here. Confined to the event loop.
 *
 * <p>Source: Envoy's {@code OriginalDstCluster::LoadBalancer}.
 */
final class OriginalChoice implements HostChooser {
    private final OriginalDestination config;
    private final AskedHosts hosts;
    private final ClusterOnWorker cluster;

    OriginalChoice(OriginalDestination config, AskedHosts hosts, ClusterOnWorker cluster) {
        this.config = config;
        this.hosts = hosts;
        this.cluster = cluster;
    }

    @Override
    public @Nullable HostOnWorker choose(LoadBalancerContext context) {
        InetSocketAddress wanted = named(context);
        if (wanted == null && context.originalDestination() instanceof InetSocketAddress restored) {
            wanted = restored;
        }
        if (wanted == null) {
            return null;
        }
        if (config.port() != 0) {
            wanted = new InetSocketAddress(wanted.getAddress(), config.port());
        }
        String key = AddressText.of(wanted);
        HostSpec spec = hosts.find(key);
        if (spec == null) {
            spec = hosts.add(key, wanted, "");
        }
        return spec == null ? null : cluster.host(spec);
    }

    private @Nullable InetSocketAddress named(LoadBalancerContext context) {
        HeaderMap head = context.head();
        String value = head == null || config.header() == null ? null : head.get(config.header());
        return value == null ? null : parse(value);
    }

    /** {@code 10.0.0.1:80} or {@code [2001:db8::1]:80}; null: anything else. */
    static @Nullable InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[") && colon > 1 && text.charAt(colon - 1) == ']';
        if (colon <= 0 || text.length() - colon > 6) {
            return null;
        }
        String host = bracketed ? text.substring(1, colon - 1) : text.substring(0, colon);
        byte[] octets = NetUtil.createByteArrayFromIpAddressString(host);
        int port = port(text, colon + 1);
        if (octets == null || port < 0 || bracketed != (octets.length == 16)) {
            return null;
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(octets), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("bug: an address of a wrong length", e);
        }
    }

    private static int port(String text, int start) {
        int port = start == text.length() ? -1 : 0;
        for (int i = start; i < text.length() && port >= 0; i++) {
            int digit = text.charAt(i) - '0';
            port = digit < 0 || digit > 9 ? -1 : port * 10 + digit;
        }
        return port > 65535 ? -1 : port;
    }
}
