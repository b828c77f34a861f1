package io.postern.config.snapshot;

import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.envoy.StaticParts;
import io.postern.config.model.Address;
import io.postern.config.model.Bootstrap;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RuntimeSnapshot;
import io.postern.config.model.XdstpNames;
import io.postern.config.source.xds.Identity;
import io.postern.config.source.xds.XdsClient;
import io.postern.sdk.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A configuration from a {@link FakeServer} over ADS, and what would be served of it. */
final class Rig {
    static final Duration NO_END = Duration.ZERO;
    private static final JsonFormat.TypeRegistry TYPES =
            JsonFormat.TypeRegistry.newBuilder()
                    .add(Wasm.getDescriptor())
                    .add(com.github.udpa.udpa.type.v1.TypedStruct.getDescriptor())
                    .add(com.github.xds.type.v3.TypedStruct.getDescriptor())
                    .add(io.envoyproxy.envoy.config.core.v3.Address.getDescriptor())
                    .build();
    final VirtualControl control = new VirtualControl();
    final FakeServer server;
    final LiveConfig live;
    final XdsClient client;
    final List<String> log = new ArrayList<>();
    final NoMetrics metrics = new NoMetrics();
    final Map<String, String> listenerFailures = new HashMap<>();
    RuntimeSnapshot served = new RuntimeSnapshot(List.of(), List.of());
    int applied;

    Rig(boolean delta, @Nullable Path cache) {
        this(delta, cache, "node");
    }

    Rig(boolean delta, @Nullable Path cache, String node) {
        this(delta, cache, node, StaticParts.NONE);
    }

    Rig(boolean delta, @Nullable Path cache, String node, StaticParts parts) {
        this(delta, cache, node, parts, XdstpNames.NONE);
    }

    Rig(boolean delta, @Nullable Path cache, String node, StaticParts parts, XdstpNames names) {
        this(
                new Bootstrap.Dynamic(
                        source(
                                delta
                                        ? ConfigSource.Protocol.DELTA_GRPC
                                        : ConfigSource.Protocol.GRPC,
                                new ConfigSource.Target("xds", "xds", List.of())),
                        new ConfigSource.Ads(NO_END),
                        new ConfigSource.Ads(NO_END),
                        names),
                delta,
                cache,
                new Bootstrap.Node(node, "c", "", "", "", new byte[0]),
                parts);
    }

    Rig(
            Bootstrap.Dynamic dynamic,
            boolean delta,
            @Nullable Path cache,
            Bootstrap.Node node,
            StaticParts parts) {
        server = new FakeServer(control, delta);
        var identity = new Identity(node, "1");
        live =
                new LiveConfig(
                        dynamic,
                        parts,
                        new LiveParts(
                                new ResourceTranslator(Map.of()),
                                this::apply,
                                control,
                                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                                metrics,
                                new ConfigLog() {
                                    @Override
                                    public void warn(String text) {
                                        log.add(text);
                                    }

                                    @Override
                                    public void info(String text) {
                                        log.add(text);
                                    }
                                },
                                LiveParts.PATIENCE,
                                identity.key(),
                                cache));
        client =
                new XdsClient(
                        dynamic.ads(),
                        server,
                        control,
                        identity,
                        live,
                        metrics,
                        new SplittableRandom(1));
    }

    static ConfigSource.Server source(ConfigSource.Protocol protocol, ConfigSource.Target target) {
        return new ConfigSource.Server(
                protocol, List.of(target), true, Duration.ZERO, Duration.ZERO, NO_END);
    }

    Rig start() {
        control.execute(() -> live.start(client));
        settle();
        return this;
    }

    // As the gateway: what cannot be served stays what it was.
    private SnapshotTarget.Outcome apply(RuntimeSnapshot next) {
        applied++;
        Map<String, String> failures = new HashMap<>(listenerFailures);
        Map<String, io.postern.config.model.Listener> kept = new LinkedHashMap<>();
        served.listeners().forEach(one -> kept.put(one.name(), one));
        kept.keySet().retainAll(next.listeners().stream().map(one -> one.name()).toList());
        for (var listener : next.listeners()) {
            boolean isTaken =
                    kept.values().stream()
                            .anyMatch(other ->
                                    !other.name().equals(listener.name())
                                            && listener.sharedWith(other) != null);
            if (isTaken) {
                failures.put(listener.name(), "duplicate address");
            }
            if (!failures.containsKey(listener.name())) {
                kept.put(listener.name(), listener);
            }
        }
        served = new RuntimeSnapshot(List.copyOf(kept.values()), next.clusters());
        return new SnapshotTarget.Outcome(Map.of(), failures);
    }

    /** Everything that needs no more than 40 seconds has happened. */
    void settle() {
        control.advance(Duration.ofSeconds(40));
    }

    /** Name to connect time-out in seconds and port of the host. */
    Map<String, String> clusters() {
        Map<String, String> found = new TreeMap<>();
        for (var cluster : served.clusters()) {
            var groups = cluster.endpoints();
            String port =
                    groups.isEmpty()
                            ? "-"
                            : Integer.toString(
                                    ((Address.Socket)
                                                    groups.getFirst()
                                                            .endpoints()
                                                            .getFirst()
                                                            .address())
                                            .port());
            found.put(cluster.name(), cluster.connectTimeout().toSeconds() + ":" + port);
        }
        return found;
    }

    /** Name to status of the direct response. */
    Map<String, Integer> listeners() {
        Map<String, Integer> found = new TreeMap<>();
        for (var listener : served.listeners()) {
            var route =
                    listener.filterChains()
                            .getFirst()
                            .http()
                            .routes()
                            .virtualHosts()
                            .getFirst()
                            .routes()
                            .getFirst();
            found.put(listener.name(), ((RouteAction.DirectResponse) route.action()).status());
        }
        return found;
    }

    static Cluster cluster(String name, int seconds, boolean valid) {
        String eds =
                valid ? "edsClusterConfig: {edsConfig: {ads: {}, initialFetchTimeout: 0s}}," : "";
        return read(
                        Cluster.newBuilder(),
                        "{name: '%s', type: EDS, %s connectTimeout: %ds}"
                                .formatted(name, eds, seconds))
                .build();
    }

    static ClusterLoadAssignment endpoints(String name, int port) {
        return read(
                        ClusterLoadAssignment.newBuilder(),
                        ("{clusterName: '%s', endpoints: [{lbEndpoints: [{endpoint: {address:"
                                        + " {socketAddress: {address: 127.0.0.1, portValue: %d}}}}]}]}")
                                .formatted(name, port))
                .build();
    }

    static RouteConfiguration routes(String name, int status) {
        return read(
                        RouteConfiguration.newBuilder(),
                        ("{name: '%s', virtualHosts: [{name: v, domains: ['*'], routes: [{match:"
                                        + " {prefix: '/'}, directResponse: {status: %d}}]}]}")
                                .formatted(name, status))
                .build();
    }

    static Listener listener(String name, int port, String routes) {
        return listener(
                name,
                port,
                manager(
                        "rds: {routeConfigName: '%s', configSource: {ads: {}, initialFetchTimeout: 0s}}"
                                .formatted(routes)));
    }

    /** A connection manager with these fields more. */
    static HttpConnectionManager.Builder manager(String fields) {
        return read(HttpConnectionManager.newBuilder(), "{statPrefix: s, " + fields + "}");
    }

    /** The router is added. */
    static Listener listener(String name, int port, HttpConnectionManager.Builder manager) {
        manager.addHttpFiltersBuilder()
                .setName("router")
                .setTypedConfig(com.google.protobuf.Any.pack(Router.getDefaultInstance()));
        var listener = Listener.newBuilder().setName(name);
        if (port > 0) {
            listener.getAddressBuilder()
                    .getSocketAddressBuilder()
                    .setAddress("127.0.0.1")
                    .setPortValue(port);
        }
        listener.addFilterChainsBuilder()
                .addFiltersBuilder()
                .setName("hcm")
                .setTypedConfig(com.google.protobuf.Any.pack(manager.build()));
        return listener.build();
    }

    static <B extends Message.Builder> B read(B builder, String json) {
        try {
            JsonFormat.parser().usingTypeRegistry(TYPES).merge(json, builder);
            return builder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Counts nothing, but hears texts. */
    static final class NoMetrics implements Metrics {
        final Map<String, String> texts = new HashMap<>();

        @Override
        public void text(String name, String value) {
            texts.put(name, value);
        }

        @Override
        public Counter counter(String name) {
            return new Nothing();
        }

        @Override
        public Gauge gauge(String name) {
            return new Nothing();
        }

        @Override
        public Histogram histogram(String name) {
            return value -> {};
        }

        private static final class Nothing implements Counter, Gauge {
            @Override
            public void add(long amount) {}

            @Override
            public void set(long value) {}

            @Override
            public long value() {
                return 0;
            }
        }
    }
}
