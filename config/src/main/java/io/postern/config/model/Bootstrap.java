package io.postern.config.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a gateway process starts with.
 *
 * <p>Source: {@code envoy.config.bootstrap.v3.Bootstrap}.
 *
 * @param admin null: no admin server
 */
public record Bootstrap(
        Node node, @Nullable Admin admin, List<Listener> listeners, List<Cluster> clusters) {
    public Bootstrap {
        listeners = List.copyOf(listeners);
        clusters = List.copyOf(clusters);
    }

    /** Who this gateway is to a management server, in logs and in plugins. */
    public record Node(String id, String cluster, String region, String zone, String subZone) {}

    /** Where the admin server listens and what it logs. */
    public record Admin(Address address, List<AccessLog> accessLogs) {
        public Admin {
            accessLogs = List.copyOf(accessLogs);
        }
    }
}
