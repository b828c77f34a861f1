package io.postern.config.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where resources come from. Equal sources share a stream.
 *
 * <p>Source: {@code envoy.config.core.v3.ConfigSource}.
 */
public sealed interface ConfigSource {
    /** How long what waits for a resource waits for it; zero: without an end. */
    Duration initialFetchTimeout();

    /** The aggregated stream of {@code dynamic_resources.ads_config}. */
    record Ads(Duration initialFetchTimeout) implements ConfigSource {}

    /** A file that is read again when another one is moved to its place. */
    record File(String path, String watchedDirectory, Duration initialFetchTimeout)
            implements ConfigSource {}

    /**
     * A management server.
     *
     * @param targets tried one after the other; 1 or more
     * @param nodeOnFirstMessageOnly for gRPC
     * @param refreshDelay for REST
     * @param requestTimeout for REST
     */
    record Server(
            Protocol protocol,
            List<Target> targets,
            boolean nodeOnFirstMessageOnly,
            Duration refreshDelay,
            Duration requestTimeout,
            Duration initialFetchTimeout)
            implements ConfigSource {
        public Server {
            targets = List.copyOf(targets);
        }
    }

    /** How a management server is spoken to. */
    enum Protocol {
        REST,
        /** Each response says everything. */
        GRPC,
        /** Each response says what changed. */
        DELTA_GRPC,
        /** One stream for all types; each response says everything. */
        AGGREGATED_GRPC,
        /** One stream for all types; each response says what changed. */
        AGGREGATED_DELTA_GRPC;

        /** Whether there is a stream. */
        public boolean isGrpc() {
            return this != REST;
        }

        /** Whether responses say what changed. */
        public boolean isDelta() {
            return this == DELTA_GRPC || this == AGGREGATED_DELTA_GRPC;
        }

        /** Whether all types share a stream. */
        public boolean isAggregated() {
            return this == AGGREGATED_GRPC || this == AGGREGATED_DELTA_GRPC;
        }
    }

    /**
     * A management server's cluster.
     *
     * @param metadata sent with each stream
     * @param own the cluster itself, when it is no other's; null: it is one of the configuration
     */
    record Target(
            String cluster, String authority, List<Metadata> metadata, @Nullable Cluster own) {
        public Target {
            metadata = List.copyOf(metadata);
        }

        /** A cluster of the configuration. */
        public Target(String cluster, String authority, List<Metadata> metadata) {
            this(cluster, authority, metadata, null);
        }
    }

    /** A header, lower-case. */
    record Metadata(String name, String value) {}
}
