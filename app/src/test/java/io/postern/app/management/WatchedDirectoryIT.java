package io.postern.app.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file of a {@code watched_directory}, changed as Kubernetes changes the files of a ConfigMap:
 * {@code rds.yaml -> ..data/rds.yaml}, {@code ..data -> ..NUMBER}, and another {@code ..data} is
 * moved over the one before.
 */
@Timeout(60)
class WatchedDirectoryIT {
    private static final String BOOTSTRAP =
            """
            node: {id: edge-1, cluster: edge}
            static_resources:
              listeners:
              - name: main
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: http
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: main
                      rds:
                        route_config_name: routes
                        config_source:
                          resource_api_version: V3
                          path_config_source: {path: DIRECTORY/rds.yaml, watched_directory: {path: DIRECTORY}}
                      http_filters:
                      - name: router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            """;
    private static final String ROUTES =
            """
            resources:
            - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
              name: routes
              virtual_hosts:
              - name: all
                domains: ["*"]
                routes:
                - match: {prefix: /}
                  direct_response: {status: 200, body: {inline_string: "ANSWER"}}
            """;

    @TempDir Path parent = Path.of("");
    private Path folder = Path.of("");
    private int count;

    @BeforeEach
    void mount() throws IOException {
        folder = Files.createDirectory(parent.resolve("mounted"));
        Files.createSymbolicLink(folder.resolve("rds.yaml"), Path.of("..data", "rds.yaml"));
        swap(answering("version 1"));
    }

    private static String answering(String text) {
        return ROUTES.replace("ANSWER", text);
    }

    /** As the kubelet does it. */
    private void swap(String routes) throws IOException {
        Path version = Files.createDirectory(folder.resolve("..2024_" + ++count));
        Files.writeString(version.resolve("rds.yaml"), routes);
        Path next = folder.resolve("..data_tmp");
        Files.createSymbolicLink(next, version.getFileName());
        Path data = folder.resolve("..data");
        Path before = Files.exists(data) ? data.toRealPath() : null;
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
        if (before != null) {
            delete(before);
        }
    }

    private static void delete(Path version) throws IOException {
        Files.delete(version.resolve("rds.yaml"));
        Files.delete(version);
    }

    private ManagedGateway serving() {
        var gateway = new ManagedGateway(BOOTSTRAP.replace("DIRECTORY", folder.toString()));
        gateway.awaitAnswer("version 1");
        return gateway;
    }

    @Test
    void everySwapIsServed() throws Exception {
        // Given
        try (var gateway = serving()) {
            for (int version = 2; version <= 5; version++) {
                // When
                swap(answering("version " + version));
                // Then
                gateway.awaitAnswer("version " + version);
            }
        }
    }

    @Test
    void whatIsWrongIsToldWithItsPlaceAndChangesNothing() throws Exception {
        // Given
        try (var gateway = serving()) {
            // When
            swap(answering("version 2").replace("prefix: /", "prefiks: /"));
            // Then
            gateway.awaitSaid("rds.yaml:8:");
            gateway.awaitSaid("prefiks");
            assertThat(gateway.get()).isEqualTo("version 1");
            // and garbage
            swap("\u0001\u0002\u0003");
            gateway.awaitSaid("rds.yaml: not YAML");
            assertThat(gateway.get()).isEqualTo("version 1");
            // and the next good one is taken
            swap(answering("version 3"));
            gateway.awaitAnswer("version 3");
        }
    }

    @Test
    void aFileThatIsGoneChangesNothingUntilItIsThereAgain() throws Exception {
        // Given
        try (var gateway = serving()) {
            // When
            Path data = folder.resolve("..data");
            delete(data.toRealPath());
            Files.delete(data);
            Files.createFile(folder.resolve("something else")); // is looked at
            // Then
            gateway.awaitSaid("no such file");
            assertThat(gateway.get()).isEqualTo("version 1");
            // and
            swap(answering("version 2"));
            gateway.awaitAnswer("version 2");
        }
    }

    @Test
    void aDirectoryThatIsGoneIsTold() throws Exception {
        // Given
        try (var gateway = serving()) {
            // When
            Path data = folder.resolve("..data");
            delete(data.toRealPath());
            Files.delete(data);
            Files.delete(folder.resolve("rds.yaml"));
            Files.delete(folder);
            // Then
            gateway.awaitSaid("is gone");
            assertThat(gateway.get()).isEqualTo("version 1");
        }
    }

    @Test
    void aFileThatIsMovedIntoTheDirectoryIsServed() throws Exception {
        // Given
        try (var gateway = serving()) {
            // When
            Path fresh = parent.resolve("fresh.yaml");
            Files.writeString(fresh, answering("version 2"));
            Files.move(fresh, folder.resolve("rds.yaml"), StandardCopyOption.ATOMIC_MOVE);
            // Then
            gateway.awaitAnswer("version 2");
        }
    }
}
