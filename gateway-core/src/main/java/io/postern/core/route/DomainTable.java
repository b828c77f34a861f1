package io.postern.core.route;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds a virtual host by the authority: the exact domain, then the longest {@code *.example.com},
 * then the longest {@code example.*}, then {@code *}; letter case does not count.
 *
 * <p>Source: {@code envoy.config.route.v3.VirtualHost.domains}. Thread-safe: immutable.
 */
final class DomainTable<T> {
    private final OctetTable exact;
    private final OctetTable suffixes;
    private final OctetTable prefixes;
    private final List<T> exactHosts;
    private final List<T> suffixHosts;
    private final List<T> prefixHosts;
    private final @Nullable T fallback;
    private final boolean ignorePort;

    private DomainTable(Builder<T> from, boolean ignorePort) {
        this.exact = table(from.exact, false);
        this.suffixes = table(from.suffixes, true);
        this.prefixes = table(from.prefixes, false);
        this.exactHosts = List.copyOf(from.exact.values());
        this.suffixHosts = List.copyOf(from.suffixes.values());
        this.prefixHosts = List.copyOf(from.prefixes.values());
        this.fallback = from.fallback;
        this.ignorePort = ignorePort;
    }

    /** The virtual host for an authority, or null. */
    @Nullable T find(byte[] octets, int start, int length) {
        int size = ignorePort ? withoutPort(octets, start, length) : length;
        int found = exact.whole(octets, start, size);
        if (found >= 0) {
            return exactHosts.get(found);
        }
        found = suffixes.longestPart(octets, start, size);
        if (found >= 0) {
            return suffixHosts.get(found);
        }
        found = prefixes.longestPart(octets, start, size);
        return found >= 0 ? prefixHosts.get(found) : fallback;
    }

    /** The virtual host for a request without authority: only {@code *} can be it. */
    @Nullable T findWithoutAuthority() {
        boolean onlyFallback = exact.isEmpty() && suffixes.isEmpty() && prefixes.isEmpty();
        return onlyFallback ? fallback : null;
    }

    /** Length of the authority without {@code :port}; brackets of IPv6 addresses are respected. */
    static int withoutPort(byte[] octets, int start, int length) {
        for (int i = length - 1; i >= 0; i--) {
            byte octet = octets[start + i];
            if (octet == ']') {
                return length;
            }
            if (octet == ':') {
                return i;
            }
        }
        return length;
    }

    private static <T> OctetTable table(Map<String, T> hosts, boolean backwards) {
        var keys = new ArrayList<byte[]>();
        for (String domain : hosts.keySet()) {
            keys.add(domain.getBytes(StandardCharsets.UTF_8));
        }
        return new OctetTable(keys, true, backwards);
    }

    /** Collects domains; of two equal ones the first counts. */
    static final class Builder<T> {
        private final Map<String, T> exact = new LinkedHashMap<>();
        private final Map<String, T> suffixes = new LinkedHashMap<>();
        private final Map<String, T> prefixes = new LinkedHashMap<>();
        private @Nullable T fallback;

        void add(String domain, T host) {
            String name = domain.toLowerCase(Locale.ROOT);
            if (name.equals("*")) {
                fallback = fallback == null ? host : fallback;
            } else if (name.startsWith("*")) {
                suffixes.putIfAbsent(name.substring(1), host);
            } else if (name.endsWith("*")) {
                prefixes.putIfAbsent(name.substring(0, name.length() - 1), host);
            } else {
                exact.putIfAbsent(name, host);
            }
        }

        DomainTable<T> build(boolean ignorePort) {
            return new DomainTable<>(this, ignorePort);
        }
    }
}
