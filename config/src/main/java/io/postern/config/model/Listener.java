package io.postern.config.model;

import io.postern.sdk.Metadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A socket that accepts connections and the filter chains that serve them.
 *
 * <p>Source: {@code envoy.config.listener.v3.Listener}.
 *
 * @param name unique; the translator makes one up where the configuration has none
 * @param bufferLimitBytes per connection and direction: above it the writer is stopped (soft limit)
 * @param more further addresses that it listens on
 * @param inspectsTls where the tls_inspector is on: server_names and application_protocols match
 * @param proxyProtocol null: connections do not begin with a PROXY protocol header
 * @param restoresDestination connections to these were led here by the kernel: what they say of
 *     where they were going holds
 * @param filterWait does not hold where nothing is looked at first
 * @param inbound traffic_direction is INBOUND
 * @param unlimited its connections do not count in the limit of all listeners
 * @param bypassesOverload overload actions do not hold here
 * @param freebind its addresses need not be this machine's yet
 */
public record Listener(
        String name,
        Address address,
        List<Address> more,
        List<FilterChain> filterChains,
        @Nullable FilterChain defaultFilterChain,
        int bufferLimitBytes,
        LocalPorts inspectsTls,
        @Nullable ProxyProtocol proxyProtocol,
        LocalPorts restoresDestination,
        FilterWait filterWait,
        boolean inbound,
        List<AccessLog> accessLogs,
        boolean unlimited,
        boolean bypassesOverload,
        boolean freebind,
        Metadata metadata) {
    public Listener {
        more = List.copyOf(more);
        filterChains = List.copyOf(filterChains);
        accessLogs = List.copyOf(accessLogs);
    }

    /** The same with other filter chains, and no default one. */
    public Listener withFilterChains(List<FilterChain> others) {
        return with(name, others, null);
    }

    /** The same by another name. */
    public Listener withName(String other) {
        return with(other, filterChains, defaultFilterChain);
    }

    private Listener with(
            String name, List<FilterChain> chains, @Nullable FilterChain defaultChain) {
        return new Listener(
                name,
                address,
                more,
                chains,
                defaultChain,
                bufferLimitBytes,
                inspectsTls,
                proxyProtocol,
                restoresDestination,
                filterWait,
                inbound,
                accessLogs,
                unlimited,
                bypassesOverload,
                freebind,
                metadata);
    }

    /** Where it listens; with port 0 the system chooses, so that nobody can be in its way. */
    public List<Address> fixedAddresses() {
        List<Address> all = new ArrayList<>();
        all.add(address);
        all.addAll(more);
        all.removeIf(one -> one instanceof Address.Socket(_, int port) && port == 0);
        return all;
    }

    /** An address that {@code other} listens on, too; null: there is none. */
    public @Nullable Address sharedWith(Listener other) {
        List<Address> taken = other.fixedAddresses();
        return fixedAddresses().stream().filter(taken::contains).findFirst().orElse(null);
    }

    /**
     * How long listener filters may wait for a connection's first octets.
     *
     * @param limit zero: for ever
     * @param continues a connection that was too slow is served with what is known of it
     */
    public record FilterWait(Duration limit, boolean continues) {}

    /**
     * Connections begin with a PROXY protocol header, which tells their addresses.
     *
     * <p>Source: {@code envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol}.
     *
     * @param optional connections without one are served, too
     * @param ports of connections that begin so
     */
    public record ProxyProtocol(boolean optional, LocalPorts ports) {}
}
