package io.postern.config.envoy;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.wasm.v3.WasmService;
import io.postern.config.envoy.References.Found;
import io.postern.config.envoy.StaticParts.Placed;
import io.postern.config.message.MessageTypes;
import io.postern.config.message.MessageWalk;
import io.postern.config.model.AccessLog;
import io.postern.config.model.Address;
import io.postern.config.model.Bootstrap;
import io.postern.config.model.Cluster;
import io.postern.config.model.Listener;
import io.postern.config.model.RuntimeLayers;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Translates {@code envoy.config.bootstrap.v3.Bootstrap}: the way into this package. */
public final class BootstrapTranslator {
    private static final String BOOTSTRAP = "envoy.config.bootstrap.v3.Bootstrap";
    private static final String INTERNAL =
            "envoy.extensions.bootstrap.internal_listener.v3.InternalListener";
    private static final String WATCHDOG = "nothing is watched: workers never wait";

    private BootstrapTranslator() {}

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(BOOTSTRAP)
                        .reads(
                                "node",
                                "static_resources",
                                "dynamic_resources",
                                "layered_runtime",
                                "admin",
                                "cluster_manager",
                                "overload_manager",
                                "config_sources",
                                "default_config_source",
                                "node_context_params")
                        .partly(
                                "bootstrap_extensions",
                                "Wasm services; InternalListener, which does nothing")
                        .accepts(WATCHDOG, "watchdog", "watchdogs")
                        .accepts(
                                "statistics are read from the admin server",
                                "deferred_stat_options",
                                "stats_config",
                                "stats_flush_interval",
                                "stats_flush_on_admin",
                                "stats_eviction_interval",
                                "enable_dispatcher_stats",
                                "stats_server_version_override")
                        .accepts("logging has flags of its own", "application_log_config")
                        .accepts(
                                "names are resolved by the gateway's own resolver",
                                "typed_dns_resolver_config",
                                "dns_resolution_config",
                                "use_tcp_for_dns_lookups")
                        .accepts(
                                "there is no such file here",
                                "flags_path",
                                "perf_tracing_file_path")
                        .accepts("the JVM manages memory", "memory_allocator_manager")
                        .accepts("no spans are made or sent yet", "tracing")
                        .only("header_prefix", "x-envoy"),
                MessageSupport.of("envoy.config.bootstrap.v3.ClusterManager")
                        .reads("local_cluster_name")
                        .accepts(
                                "clusters are made when they come",
                                "enable_deferred_cluster_creation")
                        .accepts("ejections are not written to a file", "outlier_detection")
                        .accepts("load is not reported", "load_stats_config"),
                MessageSupport.of(INTERNAL)
                        .accepts("a listener that needs it is refused", "buffer_size_kb"),
                MessageSupport.of(BOOTSTRAP + ".StaticResources")
                        .reads("listeners", "clusters", "secrets"),
                MessageSupport.of(BOOTSTRAP + ".DynamicResources")
                        .reads(
                                "lds_config",
                                "cds_config",
                                "ads_config",
                                "lds_resources_locator",
                                "cds_resources_locator"),
                MessageSupport.of("xds.core.v3.Authority").reads("name"),
                MessageSupport.of("envoy.config.bootstrap.v3.Admin")
                        .reads("access_log", "access_log_path", "address")
                        .accepts("there is no CPU profiler", "profile_path")
                        .accepts("it only tunes the admin server", "socket_options")
                        .accepts(
                                "there is no limit to be exempt from", "ignore_global_conn_limit"));
    }

    /** An empty message of the type this translates. */
    public static DynamicMessage.Builder builder() {
        return DynamicMessage.newBuilder(
                io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.getDescriptor());
    }

    /**
     * Checks and translates a bootstrap.
     *
     * @param message built by {@link #builder}
     * @param environment variables of this process
     * @return null when the message breaks its declared constraints; with other errors in {@code
     *     diagnostics} the result must not be used either
     */
    public static @Nullable Translated translate(
            DynamicMessage message,
            Spot spot,
            MessageTypes types,
            Diagnostics diagnostics,
            Map<String, String> environment) {
        var bootstrap = generated(message);
        var check = new SupportCheck(new SupportTable(), diagnostics);
        return new MessageWalk(types, diagnostics, check).walk(message, bootstrap, spot)
                ? bootstrap(bootstrap, diagnostics, environment, spot)
                : null;
    }

    /** A bootstrap, what /config_dump says of it, and its static resources. */
    public record Translated(Bootstrap bootstrap, ConfigDump dump, StaticParts parts) {}

    private static io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap generated(
            DynamicMessage message) {
        try {
            return io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.parseFrom(
                    message.toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("bug: not the bytes of a bootstrap", e);
        }
    }

    private static Translated bootstrap(
            io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap bootstrap,
            Diagnostics diagnostics,
            Map<String, String> environment,
            Spot spot) {
        var resources = bootstrap.getStaticResources();
        var at = spot.field("static_resources");
        Set<String> clusterNames =
                resources.getClustersList().stream()
                        .map(cluster -> cluster.getName())
                        .collect(Collectors.toSet());
        var secrets =
                Translation.each(
                        resources.getSecretsList(),
                        at.field("secrets"),
                        (secret, place) -> new Placed(secret.getName(), secret, place));
        var runtime = runtime(bootstrap, diagnostics, environment, spot);
        var references =
                new StaticReferences(
                        clusterNames,
                        secrets.stream()
                                .collect(
                                        Collectors.toMap(
                                                Placed::name,
                                                one -> new Found(one.message(), one.spot()),
                                                (_, last) -> last)),
                        runtime);
        var translation = new Translation(diagnostics, environment, references, null);
        var clusterTranslator = new ClusterTranslator(translation);
        var listenerTranslator = new ListenerTranslator(translation, clusterNames);
        var clusters =
                Translation.each(
                        resources.getClustersList(),
                        at.field("clusters"),
                        clusterTranslator::translate);
        var listeners =
                Translation.each(
                        resources.getListenersList(),
                        at.field("listeners"),
                        listenerTranslator::translate);
        unique(
                "cluster",
                clusters.stream().map(Cluster::name).toList(),
                at.field("clusters"),
                translation);
        unique(
                "listener",
                listeners.stream().map(Listener::name).toList(),
                at.field("listeners"),
                translation);
        ownAddresses(listeners, at.field("listeners"), translation);
        var dynamic = dynamic(bootstrap, translation, spot);
        return new Translated(
                new Bootstrap(
                        new CommonTranslator(translation).node(bootstrap.getNode()),
                        bootstrap.hasAdmin()
                                ? admin(bootstrap.getAdmin(), translation, spot.field("admin"))
                                : null,
                        listeners,
                        clusters,
                        services(bootstrap.getBootstrapExtensionsList(), translation, spot),
                        dynamic,
                        bootstrap.hasOverloadManager()
                                ? new OverloadTranslator(translation)
                                        .translate(
                                                bootstrap.getOverloadManager(),
                                                spot.field("overload_manager"))
                                : null,
                        bootstrap.getClusterManager().getLocalClusterName()),
                new ConfigDump(bootstrap),
                new StaticParts(
                        Translation.each(
                                resources.getListenersList(),
                                at.field("listeners"),
                                (listener, place) ->
                                        new Placed(
                                                ListenerTranslator.name(listener),
                                                listener,
                                                place)),
                        Translation.each(
                                resources.getClustersList(),
                                at.field("clusters"),
                                (cluster, place) -> new Placed(cluster.getName(), cluster, place)),
                        secrets,
                        runtime,
                        references.changeable(),
                        references.refers()
                                || runtime.layers().stream()
                                        .anyMatch(layer -> layer.from() != null)));
    }

    private static RuntimeLayers runtime(
            io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap bootstrap,
            Diagnostics diagnostics,
            Map<String, String> environment,
            Spot spot) {
        var none = new StaticReferences(Set.of(), Map.of(), RuntimeLayers.DEFAULT);
        var translation = new Translation(diagnostics, environment, none, null);
        return new RuntimeTranslator(translation).translate(bootstrap, spot);
    }

    private static List<Bootstrap.Service> services(
            List<TypedExtensionConfig> extensions, Translation translation, Spot spot) {
        var plugins = new WasmTranslator(translation);
        var services = new ArrayList<Bootstrap.Service>();
        for (int i = 0; i < extensions.size(); i++) {
            var any = extensions.get(i).getTypedConfig();
            var at = spot.field("bootstrap_extensions").index(i).field("typed_config");
            if (Translation.is(any, WasmTranslator.SERVICE)) { // others were refused before
                var name = extensions.get(i).getName();
                var service = Translation.unpack(any, WasmService.parser());
                services.add(
                        new Bootstrap.Service(
                                name,
                                plugins.translate(service.getConfig(), name, at.field("config")),
                                service.getSingleton()));
            }
        }
        return services;
    }

    private static Bootstrap.Dynamic dynamic(
            io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap bootstrap,
            Translation translation,
            Spot spot) {
        var resources = bootstrap.getDynamicResources();
        var at = spot.field("dynamic_resources");
        var sources = new ConfigSourceTranslator(translation);
        return new Bootstrap.Dynamic(
                resources.hasAdsConfig()
                        ? sources.server(
                                resources.getAdsConfig(), Duration.ZERO, at.field("ads_config"))
                        : null,
                resources.hasLdsConfig()
                        ? sources.translate(resources.getLdsConfig(), null, at.field("lds_config"))
                        : null,
                resources.hasCdsConfig()
                        ? sources.translate(resources.getCdsConfig(), null, at.field("cds_config"))
                        : null,
                new XdstpTranslator(translation, sources).translate(bootstrap, spot));
    }

    private static void unique(
            String what, List<String> names, Spot spot, Translation translation) {
        var seen = new HashMap<String, Spot>();
        for (int i = 0; i < names.size(); i++) {
            var at = spot.index(i).field("name");
            var first = seen.putIfAbsent(names.get(i), at);
            if (first != null) {
                translation.error(
                        at,
                        "the "
                                + what
                                + " of line "
                                + first.place().line()
                                + " is named \""
                                + names.get(i)
                                + "\" too",
                        "give each " + what + " its own name");
            }
        }
    }

    // The system would let both listen, and give connections to either.
    private static void ownAddresses(List<Listener> listeners, Spot spot, Translation translation) {
        for (int i = 1; i < listeners.size(); i++) {
            for (Listener before : listeners.subList(0, i)) {
                Address shared = listeners.get(i).sharedWith(before);
                if (shared != null) {
                    translation.error(
                            spot.index(i).field("address"),
                            "duplicate address " + shared + ": listener \"" + before.name() + "\"",
                            "give each listener an address of its own");
                }
            }
        }
    }

    @SuppressWarnings("deprecation") // Envoy still takes access_log_path
    private static Bootstrap.@Nullable Admin admin(
            Admin admin, Translation translation, Spot spot) {
        var logs = new AccessLogTranslator(translation);
        List<AccessLog> accessLogs =
                new ArrayList<>(logs.translate(admin.getAccessLogList(), spot.field("access_log")));
        if (!admin.getAccessLogPath().isEmpty()) {
            accessLogs.add(logs.toFile(admin.getAccessLogPath(), spot.field("access_log_path")));
        }
        if (!admin.hasAddress()) {
            return null; // as in Envoy: no admin server without an address
        }
        var address =
                new CommonTranslator(translation)
                        .address(admin.getAddress(), false, spot.field("address"));
        return new Bootstrap.Admin(address, accessLogs);
    }
}
