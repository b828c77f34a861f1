package io.postern.app.controlplane;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Flag;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciPlugins;
import io.postern.xds.oci.auth.DockerConfig;
import io.postern.xds.oci.disk.LayoutPlugins;
import io.postern.xds.oci.registry.Connections;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.registry.EnvironmentProxies;
import io.postern.xds.oci.store.ContentStore;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.resources.plugin.FilePlugins;
import io.postern.xds.resources.plugin.HttpsPlugins;
import io.postern.xds.resources.plugin.PluginSources;
import io.postern.xds.server.ControlPlane;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where plugins of documents come from: files, layouts, web servers, registries. Thread-safe;
 * blocks.
 */
final class Plugins implements PluginSource {
    private static final Flag PLAIN_HTTP =
            Flag.valued(
                    "REGISTRY",
                    "Speaks HTTP without TLS with this registry. May be repeated.",
                    "--plain-http");
    private static final Flag REGISTRY_CA =
            Flag.valued(
                    "FILE",
                    "CA certificates (PEM) to trust as well, of registries and of https://.",
                    "--registry-ca");
    private static final Flag TAG_INTERVAL =
            Flag.valued(
                    "SECONDS",
                    "How often registries are asked what tags stand for (default: 60).",
                    "--tag-interval");
    private static final Flag TIMEOUT =
            Flag.valued(
                    "SECONDS",
                    "How long a pull may take, and an answer at most 30 s (default: 300).",
                    "--registry-timeout");
    private static final int DEFAULT_SECONDS = 60;
    private static final int DEFAULT_PATIENCE_SECONDS = 300;
    private static final long STORE_BYTES = 1L << 30;

    static final List<Flag> FLAGS = List.of(PLAIN_HTTP, REGISTRY_CA, TIMEOUT, TAG_INTERVAL);

    private final OciPlugins registry;
    private final PluginSource sources;
    private final Duration interval;
    private final Consumer<String> warnings;

    /**
     * How registries are reached.
     *
     * @param plainHttp those without TLS
     * @param caFile PEM certificates that are trusted beside the platform's; null: none
     * @param patience for a pull
     * @param interval between two looks at tags
     */
    record Registries(
            Set<String> plainHttp, @Nullable Path caFile, Duration patience, Duration interval) {
        /** Over TLS, with the platform's certificates. */
        static final Registries ORDINARY =
                new Registries(
                        Set.of(),
                        null,
                        Duration.ofSeconds(DEFAULT_PATIENCE_SECONDS),
                        Duration.ofSeconds(DEFAULT_SECONDS));

        static Registries of(Arguments arguments) {
            return new Registries(
                    Set.copyOf(arguments.all(PLAIN_HTTP)),
                    arguments.path(REGISTRY_CA),
                    Duration.ofSeconds(arguments.number(TIMEOUT, 1, DEFAULT_PATIENCE_SECONDS)),
                    Duration.ofSeconds(arguments.number(TAG_INTERVAL, 1, DEFAULT_SECONDS)));
        }
    }

    /**
     * For the documents of a folder.
     *
     * @param store where modules of registries are kept
     * @param warnings gets a line when an older version is used
     */
    Plugins(
            Path folder,
            Path store,
            Registries registries,
            Clock clock,
            Consumer<String> warnings) {
        interval = registries.interval();
        this.warnings = warnings;
        var proxies = EnvironmentProxies.of(System.getenv());
        HttpClient client = Connections.client(registries.caFile(), proxies);
        Limits limits = Limits.ordinary().within(registries.patience());
        registry =
                new OciPlugins(
                        client,
                        new Endpoints(Map.of(), registries.plainHttp()),
                        limits,
                        DockerConfig.ofUser(System.getenv()),
                        new ContentStore(store.resolve("oci"), STORE_BYTES, clock),
                        clock,
                        warnings);
        ContentStore content = registry.store();
        sources =
                new PluginSources(
                        Map.of(
                                "oci-layout",
                                new LayoutPlugins(folder, content.incoming(), limits, warnings),
                                "file",
                                new FilePlugins(folder),
                                "https",
                                new HttpsPlugins(
                                        client,
                                        proxies::request,
                                        limits.moduleBytes(),
                                        HttpsPlugins.PATIENCE),
                                "oci",
                                registry));
    }

    @Override
    public Fetched fetch(PluginReference reference) {
        return sources.fetch(reference);
    }

    /** Follows the tags that documents name; ends with its thread. */
    Thread watchTags(ControlPlane plane) {
        return new TagFollower(registry, plane, interval, warnings).start();
    }
}
