package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.Log;
import io.postern.app.differential.Ports;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.server.ControlPlane;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.grpc.XdsServer;
import io.postern.xds.server.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A plugin goes to Envoys with its octets, to Posterns as a digest that they fetch. */
@Timeout(120)
class ContentIT {
    private static final Path PLUGIN = Path.of("src/test/resources/plugins/http_headers.wasm");
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String DOCUMENTS =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: postern
              listeners: [{name: http, port: PORT, protocol: HTTP}]
            ---
            apiVersion: postern.io/v1alpha1
            kind: WasmPlugin
            metadata: {name: hello}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
              url: file://http_headers.wasm
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: away}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - filters: [{type: RequestRedirect, requestRedirect: {hostname: one.example}}]
            """;

    @TempDir Path folder = Path.of("");

    private void write() throws IOException {
        Path resources = Files.createDirectory(folder.resolve("resources"));
        Files.copy(PLUGIN, resources.resolve("http_headers.wasm"));
        int port = new Ports(new SecureRandom()).free();
        Files.writeString(resources.resolve("edge.yaml"), DOCUMENTS.replace("PORT", "" + port));
    }

    private ManagedFolder managed() {
        var log = new Log(new PrintStream(OutputStream.nullOutputStream()), Log.Level.OFF);
        var registries = new Plugins.Registries(Set.of(), null, Duration.ofMinutes(1));
        return ManagedFolder.of(
                folder.resolve("resources"),
                Store.in(folder.resolve("store")),
                registries,
                true,
                log);
    }

    private static long octets(GroupResources group) {
        return group.resources().stream().mapToLong(one -> one.getSerializedSize()).sum();
    }

    @Test
    void aPosternFetchesItByItsDigestAlsoAfterARestartOfTheServer() throws Exception {
        // Given
        write();
        ManagedFolder managed = managed();
        var told = new ControlPlaneLog(managed.log());
        for (int start = 0; start < 2; start++) {
            try (var content = ContentFlags.start(ANY, null, managed);
                    ControlPlane plane =
                            ControlPlane.start(
                                    managed.settings(1, Gatekeeper.OPEN, content.content(), told));
                    XdsServer server = plane.listen(ANY, null)) {
                // When
                try (Node node = Node.postern("edge-1", "DELTA_GRPC", server.port())) {
                    // Then
                    Awaitility.await()
                            .atMost(Duration.ofSeconds(30))
                            .pollInterval(Duration.ofMillis(20))
                            .until(() -> node.get("/hello").contains("Hello, World!"));
                }
                long module = Files.size(PLUGIN);
                assertThat(plane.newest().groups())
                        .anySatisfy(group -> {
                            assertThat(group.name()).endsWith("@envoy");
                            assertThat(octets(group)).isGreaterThan(module);
                        })
                        .anySatisfy(group -> {
                            assertThat(group.name()).endsWith("@postern");
                            assertThat(octets(group)).isLessThan(10_000);
                        });
                assertThat(folder.resolve("resources/.status/edge.yaml"))
                        .content()
                        .contains("kind: WasmPlugin", "type: Programmed\n    status: \"True\"");
            }
        }
    }
}
