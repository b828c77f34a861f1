package io.postern.config.model;

import io.postern.sdk.MessageValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a gateway process starts with.
 *
 * <p>Source: {@code envoy.config.bootstrap.v3.Bootstrap}.
 *
 * @param admin null: no admin server
 * @param services plugins that run on their own
 * @param dynamic what is to be had from management servers and files
 * @param overload when load is shed; null: only before memory runs out
 * @param localCluster the cluster of this gateway itself, for zone-aware balancing; may be empty
 */
public record Bootstrap(
        Node node,
        @Nullable Admin admin,
        List<Listener> listeners,
        List<Cluster> clusters,
        List<Service> services,
        Dynamic dynamic,
        @Nullable Overload overload,
        String localCluster) {
    public Bootstrap {
        services = List.copyOf(services);
        listeners = List.copyOf(listeners);
        clusters = List.copyOf(clusters);
    }

    /**
     * Who this gateway is to a management server, in logs and in plugins.
     *
     * @param metadata a serialised {@code google.protobuf.Struct}, for the management server
     * @param message the whole {@code envoy.config.core.v3.Node} as configured, for plugins
     */
    public record Node(
            String id,
            String cluster,
            String region,
            String zone,
            String subZone,
            byte[] metadata,
            MessageValue message) {
        /** A node of which nothing else is known. */
        public Node(
                String id,
                String cluster,
                String region,
                String zone,
                String subZone,
                byte[] metadata) {
            this(id, cluster, region, zone, subZone, metadata, MessageValue.none());
        }
    }

    /**
     * A plugin that serves no listener: it has ticks, queues and calls.
     *
     * <p>Source: {@code envoy.extensions.wasm.v3.WasmService}.
     *
     * @param name of the bootstrap extension
     * @param singleton one for the process; otherwise one for each worker
     */
    public record Service(String name, FilterSpec spec, boolean singleton) {}

    /**
     * Source: {@code envoy.config.bootstrap.v3.Bootstrap.DynamicResources}.
     *
     * @param ads a management server, by gRPC; null: there is no aggregated stream
     * @param listeners null: only the static ones
     * @param clusters null: only the static ones
     * @param names where resources with {@code xdstp://} names come from
     */
    public record Dynamic(
            ConfigSource.@Nullable Server ads,
            @Nullable ConfigSource listeners,
            @Nullable ConfigSource clusters,
            XdstpNames names) {
        /** Nothing dynamic. */
        public static final Dynamic NONE = new Dynamic(null, null, null, XdstpNames.NONE);

        /** Without {@code xdstp://} names. */
        public Dynamic(
                ConfigSource.@Nullable Server ads,
                @Nullable ConfigSource listeners,
                @Nullable ConfigSource clusters) {
            this(ads, listeners, clusters, XdstpNames.NONE);
        }

        /** Whether nothing comes from elsewhere. */
        public boolean isNone() {
            return ads == null && listeners == null && clusters == null;
        }
    }

    /** Where the admin server listens and what it logs. */
    public record Admin(Address address, List<AccessLog> accessLogs) {
        public Admin {
            accessLogs = List.copyOf(accessLogs);
        }
    }
}
