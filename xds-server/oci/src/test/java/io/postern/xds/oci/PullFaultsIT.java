package io.postern.xds.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.oci.auth.Credential;
import io.postern.xds.oci.manifest.MediaTypes;
import io.postern.xds.oci.registry.Connections;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.registry.RegistryClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Registries that break, lie or attack: each ends in a value that names the step. */
class PullFaultsIT {
    @TempDir Path directory = Path.of("");

    private final ScriptedRegistry registry = new ScriptedRegistry();
    private final ScriptedRegistry other = new ScriptedRegistry();

    private final AtomicInteger pauses = new AtomicInteger();

    @AfterEach
    void close() {
        registry.close();
        other.close();
    }

    private OciFailure pull(String reference, Duration time) throws Exception {
        var endpoints = new Endpoints(Map.of(), Set.of(registry.host()));
        Limits limits = Limits.ordinary().within(time);
        try (var client =
                new RegistryClient(
                        Connections.client(null),
                        (_, _) -> new Credential.Basic("user", "p4ssw0rd"),
                        limits,
                        _ -> pauses.incrementAndGet())) {
            PullResult result =
                    new Puller(client, endpoints, limits, System::nanoTime)
                            .pull(Reference.parse(reference), Wanted.MODULE, directory);
            try (var left = Files.list(directory)) {
                assertThat(left).as("nothing is left behind").isEmpty();
            }
            return switch (result) {
                case PullResult.Failed failed -> failed.failure();
                case PullResult.Done done -> throw new AssertionError("pulled " + done);
            };
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.postern.xds.oci.Faults#all")
    void endsInAFailureThatNamesTheStep(Faults.Fault fault) throws Exception {
        // Given
        registry.artifact("a", "v1", List.of(Faults.LAYER));
        registry.on(fault.path(), fault.answer());

        // When
        OciFailure failure = pull("oci://" + registry.host() + "/a:v1", Duration.ofSeconds(20));

        // Then
        assertThat(failure.message()).contains(fault.said()).doesNotContain("p4ssw0rd");
        assertThat(failure.step()).isEqualTo(fault.step());
        assertThat(failure.cure()).isNotEmpty();
    }

    @Test
    void whatMayPassIsTriedThreeTimesAndWhatMayNotOnce() throws Exception {
        registry.on(Faults.TAG, ScriptedRegistry.send(503, "text/plain", "busy"));
        pull("oci://" + registry.host() + "/a:v1", Duration.ofSeconds(20));
        assertThat(registry.asked()).hasSize(3);
        assertThat(pauses).hasValue(2);
        registry.asked().clear();
        registry.on(Faults.TAG, Faults.text404());
        pull("oci://" + registry.host() + "/a:v1", Duration.ofSeconds(20));
        assertThat(registry.asked()).hasSize(1);
    }

    @Test
    void aManifestOfAnotherDigestIsRefused() throws Exception {
        String asked = "sha256:" + "0".repeat(64);
        registry.on("/v2/a/manifests/" + asked, Faults.ok(MediaTypes.MANIFEST, Faults.MANIFEST));
        OciFailure failure =
                pull("oci://" + registry.host() + "/a@" + asked, Duration.ofSeconds(20));
        assertThat(failure.step()).isEqualTo(Step.DIGEST);
    }

    @Test
    void aRegistryThatIsSlowEndsTheWait() throws Exception {
        registry.on(
                Faults.TAG,
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write('{');
                    exchange.getResponseBody().flush();
                    try {
                        Thread.sleep(Duration.ofMinutes(1));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        OciFailure failure = pull("oci://" + registry.host() + "/a:v1", Duration.ofMillis(300));
        assertThat(failure.step()).isEqualTo(Step.CONNECT);
        assertThat(failure.what()).contains("did not answer within");
    }

    @Test
    void aPasswordDoesNotFollowARedirect() throws Exception {
        registry.on(
                Faults.TAG,
                ScriptedRegistry.guarded(
                        "Basic dXNlcjpwNHNzdzByZA==",
                        "Basic realm=x",
                        ScriptedRegistry.redirect(other.url("/v2/a"))));
        other.on("/v2/a", Faults.challenge("Basic realm=x"));
        OciFailure failure = pull("oci://" + registry.host() + "/a:v1", Duration.ofSeconds(20));
        assertThat(failure.step()).isEqualTo(Step.AUTH);
        assertThat(other.asked())
                .isNotEmpty()
                .allSatisfy(asked -> assertThat(asked.authorization()).isEmpty());
    }

    @Test
    void whoDoesNotAnswerIsNamed() throws Exception {
        String host = other.host();
        other.close();
        assertThat(pull("oci://" + host + "/a:v1", Duration.ofSeconds(20)).what())
                .contains("no connection to " + host);
        assertThat(pull("oci://no-such-host.invalid/a:v1", Duration.ofSeconds(20)).what())
                .contains("unknown host no-such-host.invalid");
    }

    @Test
    void whoHasNoTlsIsNotAskedWithoutIt() throws Exception {
        byte[] refusal = "HTTP/1.0 400 no TLS here\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (var plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(() -> {
                        while (true) {
                            try (Socket one = plain.accept()) {
                                one.getOutputStream().write(refusal);
                                one.getInputStream().readNBytes(1);
                            } catch (IOException _) {
                                return;
                            }
                        }
                    });
            String host = "127.0.0.1:" + plain.getLocalPort();
            OciFailure failure = pull("oci://" + host + "/a:v1", Duration.ofSeconds(20));
            assertThat(failure.message()).contains("no TLS with " + host, "--plain-http");
        }
    }

    @Test
    void whatCannotBeWrittenIsToldAsOurs() throws Exception {
        registry.artifact("a", "v1", List.of(Faults.LAYER));
        Path gone = directory.resolve("gone");
        var endpoints = new Endpoints(Map.of(), Set.of(registry.host()));
        try (var client =
                new RegistryClient(
                        Connections.client(null),
                        (_, _) -> new Credential.Anonymous(),
                        Limits.ordinary())) {
            var puller = new Puller(client, endpoints, Limits.ordinary(), System::nanoTime);
            var reference = Reference.parse("oci://" + registry.host() + "/a:v1");
            assertThat(puller.pull(reference, Wanted.MODULE, gone))
                    .isInstanceOfSatisfying(
                            PullResult.Failed.class,
                            failed -> assertThat(failed.failure().step()).isEqualTo(Step.STORE));
        }
    }
}
