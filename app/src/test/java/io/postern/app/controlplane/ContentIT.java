package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.resources.GroupResources;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A plugin goes to Envoys with its octets, to Posterns as a digest that they fetch; so does a
 * policy's bundle, which Envoys do not get.
 */
@Timeout(120)
class ContentIT {
    private static final Path PLUGIN = Path.of("src/test/resources/plugins/http_headers.wasm");
    private static final Path BUNDLE =
            Path.of("../filters/opa/src/test/policies/compiled/roles.tar.gz");
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
            apiVersion: postern.io/v1alpha1
            kind: APIPolicy
            metadata: {name: roles}
            spec:
              targetRefs: [{kind: HTTPRoute, name: away}]
              opa: {bundle: {url: "file://roles.tar.gz"}, entrypoint: roles/allow, timeout: 5s}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: away}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - filters: [{type: RequestRedirect, requestRedirect: {hostname: one.example}}]
            """;

    private final Served served;
    private final HttpClient client = HttpClient.newHttpClient();

    ContentIT(@TempDir Path folder) throws IOException {
        served = new Served(folder);
        Files.copy(PLUGIN, served.resources().resolve("http_headers.wasm"));
        Files.copy(BUNDLE, served.resources().resolve("roles.tar.gz"));
        served.write("edge.yaml", DOCUMENTS.replace("PORT", "" + served.port()));
    }

    private String ask(String user) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + served.port() + "/hello");
        var request = HttpRequest.newBuilder(uri).header("x-user", user).build();
        var answer = client.send(request, BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body().strip();
    }

    private static long octets(GroupResources group) {
        return group.resources().stream().mapToLong(one -> one.getSerializedSize()).sum();
    }

    @Test
    void aPosternFetchesItByItsDigestAlsoAfterARestartOfTheServer() throws Exception {
        for (int start = 0; start < 2; start++) {
            try (var remote = served.startRemote();
                    // When
                    Node _ = Node.postern("edge-1", "DELTA_GRPC", remote.server().port())) {
                // Then
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .pollInterval(Duration.ofMillis(20))
                        .ignoreExceptionsInstanceOf(IOException.class) // it does not listen yet
                        .untilAsserted(
                                () -> assertThat(ask("root")).isEqualTo("200 Hello, World!"));
                assertThat(ask("mallory")).startsWith("403");
                long module = Files.size(PLUGIN);
                assertThat(remote.plane().newest().groups())
                        .anySatisfy(group -> {
                            assertThat(group.name()).endsWith("@envoy");
                            assertThat(octets(group)).isGreaterThan(module);
                        })
                        .anySatisfy(group -> {
                            assertThat(group.name()).endsWith("@postern");
                            assertThat(octets(group)).isLessThan(10_000);
                        });
                assertThat(served.resources().resolve(".status/edge.yaml"))
                        .content()
                        .contains("kind: WasmPlugin", "type: Programmed\n    status: \"True\"");
            }
        }
    }
}
