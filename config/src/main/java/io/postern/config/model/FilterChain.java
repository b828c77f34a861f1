package io.postern.config.model;

import io.postern.sdk.Metadata;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the connections that match it are served.
 *
 * <p>Source: {@code envoy.config.listener.v3.FilterChain}.
 *
 * @param name may be empty
 * @param tls null: plain text
 * @param tcp null: HTTP is spoken; else the connections are proxied as they are and {@code http} is
 *     not read
 * @param networkFilters what connections pass before they are served, in this order; immutable
 */
public record FilterChain(
        String name,
        Match match,
        Tls.@Nullable Downstream tls,
        HttpConnectionManager http,
        @Nullable TcpProxy tcp,
        List<NetworkFilter> networkFilters,
        Metadata metadata) {
    /** The same, its HTTP filters replaced. */
    public FilterChain withHttpFilters(List<HttpFilter> filters) {
        return new FilterChain(
                name, match, tls, http.withFilters(filters), tcp, networkFilters, metadata);
    }

    /**
     * Which connections a chain is for; empty lists match all.
     *
     * <p>Source: {@code envoy.config.listener.v3.FilterChainMatch}.
     *
     * @param serverNames exact names, or {@code *.example.com}
     * @param transportProtocol {@code tls}, {@code raw_buffer} or empty for both
     * @param directSourcePrefixRanges of the connection itself, whatever a PROXY header says
     * @param destinationPort 0: any
     */
    public record Match(
            List<String> serverNames,
            String transportProtocol,
            List<String> applicationProtocols,
            List<CidrRange> prefixRanges,
            List<CidrRange> directSourcePrefixRanges,
            SourceType sourceType,
            List<CidrRange> sourcePrefixRanges,
            List<Integer> sourcePorts,
            int destinationPort) {
        public Match {
            serverNames = List.copyOf(serverNames);
            applicationProtocols = List.copyOf(applicationProtocols);
            prefixRanges = List.copyOf(prefixRanges);
            directSourcePrefixRanges = List.copyOf(directSourcePrefixRanges);
            sourcePrefixRanges = List.copyOf(sourcePrefixRanges);
            sourcePorts = List.copyOf(sourcePorts);
        }
    }

    /** Where a connection comes from. */
    public enum SourceType {
        ANY,
        /** From this machine. */
        LOCAL,
        EXTERNAL
    }

    /** An IP prefix, {@code 10.0.0.0/8}. */
    public record CidrRange(String addressPrefix, int prefixLength) {}
}
