package io.postern.xds.server.content;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which virtual host of a route table serves a host. As Envoy decides: the domain that is the host,
 * then the longest that begins with a wildcard, the longest that ends with one, and {@code *}.
 * Immutable.
 */
public final class Domains {
    private static final String WILDCARD = "*";

    private final Map<String, Table> tables = new HashMap<>();

    /** Names of resources by domains; those with a wildcard without it. */
    private record Table(
            Map<String, String> exact, Map<String, String> suffixes, Map<String, String> prefixes) {
        Table() {
            this(new HashMap<>(), new HashMap<>(), new HashMap<>());
        }

        void add(String domain, String resource) {
            if (domain.startsWith(WILDCARD)) {
                suffixes.putIfAbsent(domain.substring(1), resource);
            } else if (domain.endsWith(WILDCARD)) {
                prefixes.putIfAbsent(domain.substring(0, domain.length() - 1), resource);
            } else {
                exact.putIfAbsent(domain, resource);
            }
        }

        // A wildcard stands for something, unless it stands alone.
        @Nullable String find(String host) {
            String found = exact.get(host);
            for (int from = 1; found == null && from < host.length(); from++) {
                found = suffixes.get(host.substring(from));
            }
            for (int to = host.length() - 1; found == null && to > 0; to--) {
                found = prefixes.get(host.substring(0, to));
            }
            return found == null ? suffixes.get("") : found;
        }
    }

    private Domains() {}

    /**
     * Of virtual hosts, whose names begin with that of their table and a slash.
     *
     * @param hosts those that cannot be read serve nothing
     */
    public static Domains of(ResourceSet hosts) {
        var domains = new Domains();
        for (Packed one : hosts.all()) {
            try {
                VirtualHost host = VirtualHost.parseFrom(one.message().getValue());
                host.getDomainsList()
                        .forEach(
                                domain -> domains.add(one.name(), domain.toLowerCase(Locale.ROOT)));
            } catch (InvalidProtocolBufferException _) {
                // raw octets that the checks let pass for Envoys: it serves nothing
            }
        }
        return domains;
    }

    // Both names may have slashes themselves.
    private void add(String resource, String domain) {
        for (int at = resource.indexOf('/'); at > 0; at = resource.indexOf('/', at + 1)) {
            tables.computeIfAbsent(resource.substring(0, at), _ -> new Table())
                    .add(domain, resource);
        }
    }

    /**
     * The name of the virtual host for {@code TABLE/HOST}; null: there is none.
     *
     * @param asked as nodes ask on demand
     */
    public @Nullable String find(String asked) {
        int slash = asked.lastIndexOf('/');
        Table table = slash < 0 ? null : tables.get(asked.substring(0, slash));
        return table == null
                ? null
                : table.find(asked.substring(slash + 1).toLowerCase(Locale.ROOT));
    }
}
