package io.postern.app.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.management.AdsBootstrap;
import io.postern.app.management.ManagementServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/**
 * /config_dump of an Envoy and of a Postern that one management server has told the same: what is
 * served, and which listeners were refused. Times and the words of an error are compared by whether
 * they are there. What Postern says more, as the API has it and Envoy does not: refused clusters
 * and routes, and the versions of all that was refused.
 */
@Timeout(90)
class ConfigDumpIT {
    private static final String ADMIN =
            "admin: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}\n";

    private static final Set<String> VARIES =
            Set.of("last_updated", "last_update_attempt", "details");
    private static final Set<String> MORE =
            Set.of(
                    ".dynamic_warming_clusters",
                    "dynamic_active_clusters.error_state",
                    "dynamic_route_configs.error_state",
                    "error_state.version_info");

    @TempDir private Path folder;
    private final HttpClient client = HttpClient.newHttpClient();

    private static String resources(String name) throws IOException {
        return Files.readString(
                Workspace.find().resources().resolve("config-dump").resolve(name + ".yaml"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GRPC", "DELTA_GRPC"})
    void whatWasServedRefusedAndAwaitedIsSaidAsEnvoySaysIt(String variant) throws Exception {
        // Given
        var found = new EnvoyBinary(System.getenv(), Path.of("target")).find();
        Assumptions.assumeTrue(found instanceof EnvoyBinary.Found.At, found::toString);
        Path binary = ((EnvoyBinary.Found.At) found).binary();
        var ports = new Ports(new SplittableRandom());
        int envoy = ports.free();
        int postern = ports.free();
        try (var server = new ManagementServer()) {
            int port = server.listen(null);
            server.serve(ManagementServer.messages(resources("good")));
            try (var one = start(Launcher.envoy("envoy", binary), variant, envoy, port);
                    var other =
                            start(
                                    Launcher.classPath("io.postern.app.Main"),
                                    variant,
                                    postern,
                                    port)) {
                assertThat(one.alive() && other.alive()).isTrue();
                awaitInBoth(envoy, postern, "active_state", "dynamic_route_configs");
                // When
                server.serve(ManagementServer.messages(resources("bad")));
                // Then
                awaitInBoth(envoy, postern, "bad-listener", "wrong-listener");
                assertThat(sections(postern)).isEqualTo(sections(envoy));
            }
        }
    }

    private ProxyProcess start(Launcher launcher, String variant, int admin, int port)
            throws IOException, InterruptedException {
        Path config = folder.resolve(launcher.name() + ".yaml");
        Files.writeString(
                config,
                ADMIN.replace("PORT", Integer.toString(admin))
                        + AdsBootstrap.text(
                                launcher.name() + "-" + variant + "-" + admin, variant, port));
        return ProxyProcess.start(
                launcher, config, admin, folder.resolve(launcher.name() + ".log"));
    }

    private void awaitInBoth(int envoy, int postern, String... texts) {
        for (int admin : List.of(envoy, postern)) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(sections(admin).toString()).contains(texts));
        }
    }

    private String get(int admin) throws IOException, InterruptedException {
        var uri = URI.create("http://127.0.0.1:" + admin + "/config_dump");
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }

    /** All but the bootstrap, by type. */
    private Map<String, Object> sections(int admin) throws IOException, InterruptedException {
        Map<String, Object> dump = new Yaml().load(get(admin));
        Map<String, Object> sections = new TreeMap<>();
        for (Object section : (List<?>) dump.getOrDefault("configs", List.of())) {
            Map<?, ?> fields = (Map<?, ?>) section;
            String type = String.valueOf(fields.get("@type"));
            if (!type.endsWith("BootstrapConfigDump")) {
                sections.put(type.substring(type.lastIndexOf('.') + 1), comparable("", fields));
            }
        }
        return sections;
    }

    // Lists of resources come in any order; what differs from run to run is there or not.
    private static Object comparable(String name, Object value) {
        if (value instanceof Map<?, ?> fields) {
            Map<String, Object> sorted = new TreeMap<>();
            fields.forEach((key, field) -> {
                if (!MORE.contains(name + "." + key)) {
                    sorted.put(
                            key.toString(),
                            VARIES.contains(key) ? "(there)" : comparable(key.toString(), field));
                }
            });
            return sorted;
        }
        if (value instanceof List<?> elements) {
            return elements.stream()
                    .filter(one -> !isNameless(name, one))
                    .map(one -> comparable(name, one))
                    .sorted(Comparator.comparing(String::valueOf))
                    .toList();
        }
        return value;
    }

    // Envoy has each refused listener a second time, without its name.
    private static boolean isNameless(String list, Object element) {
        return list.equals("dynamic_listeners")
                && element instanceof Map<?, ?> fields
                && !fields.containsKey("name");
    }
}
