package io.postern.xds.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.postern.xds.oci.ScriptedRegistry.Answer;
import io.postern.xds.oci.ScriptedRegistry.Layer;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Registries that break, lie or attack: each ends in a value that names the step. */
class PullFaultsIT {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final Layer LAYER = new Layer(MediaTypes.WASM, WASM);
    private static final byte[] MANIFEST =
            ScriptedRegistry.manifest(List.of(LAYER), MediaTypes.MANIFEST);
    private static final String TAG = "/v2/a/manifests/v1";
    private static final String BLOB = "/v2/a/blobs/" + Digest.of(WASM);
    private static final String BLOB_TYPE = "application/octet-stream";

    @TempDir Path directory = Path.of("");

    private final ScriptedRegistry registry = new ScriptedRegistry();
    private final ScriptedRegistry other = new ScriptedRegistry();

    @AfterEach
    void close() {
        registry.close();
        other.close();
    }

    /** What the registry does wrong, and what we say. */
    record Fault(String name, String path, Answer answer, Step step, String said) {
        @Override
        public String toString() {
            return name;
        }
    }

    private OciFailure pull(String reference, Duration time) throws Exception {
        var endpoints = new Endpoints(Map.of(), Set.of(registry.host()));
        Limits limits = Limits.ordinary().within(time);
        try (var client =
                new RegistryClient(
                        Connections.client(null),
                        (_, _) -> new Credential.Basic("user", "p4ssw0rd"),
                        limits)) {
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

    private static Answer ok(String type, byte[] body) {
        return ScriptedRegistry.send(200, type, body);
    }

    private static Answer text(String type, String body) {
        return ScriptedRegistry.send(200, type, body);
    }

    private static Answer challenge(String value) {
        return exchange -> {
            exchange.getResponseHeaders().add("www-authenticate", value);
            exchange.sendResponseHeaders(401, -1);
        };
    }

    private static Answer announced(String digest) {
        return exchange -> {
            exchange.getResponseHeaders().add("docker-content-digest", digest);
            ok(MediaTypes.MANIFEST, MANIFEST).to(exchange);
        };
    }

    private static Answer broken() {
        return exchange -> {
            exchange.sendResponseHeaders(200, WASM.length);
            exchange.getResponseBody().write(WASM, 0, 3);
            exchange.getResponseBody().flush();
            throw new IOException("the connection is closed here");
        };
    }

    private static void endless(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] chunk = new byte[1 << 16];
        for (int i = 0; i < 1 << 14; i++) {
            exchange.getResponseBody().write(chunk);
        }
    }

    private static String layers(String... descriptors) {
        return "{\"schemaVersion\":2,\"config\":"
                + new Layer("x", new byte[0]).json()
                + ",\"layers\":["
                + String.join(",", descriptors)
                + "]}";
    }

    static Stream<Fault> faults() {
        byte[] others = {0, 'a', 's', 'm', 1, 0, 0, 1};
        String huge = LAYER.json().replace("\"size\":8", "\"size\":99999999999");
        String short7 = LAYER.json().replace("\"size\":8", "\"size\":7");
        String long9 = LAYER.json().replace("\"size\":8", "\"size\":9");
        return Stream.of(
                new Fault(
                        "unknown tag",
                        TAG,
                        text404(),
                        Step.RESOLVE,
                        "not there, MANIFEST_UNKNOWN: nope"),
                new Fault(
                        "broken",
                        TAG,
                        ScriptedRegistry.send(500, "text/plain", "x"),
                        Step.RESOLVE,
                        "status 500"),
                new Fault(
                        "a page",
                        TAG,
                        text("text/html", "<html>login</html>"),
                        Step.MANIFEST,
                        "a page of HTML"),
                new Fault(
                        "no JSON",
                        TAG,
                        text(MediaTypes.MANIFEST, "{\"a\""),
                        Step.MANIFEST,
                        "no valid JSON in line 1"),
                new Fault(
                        "deep JSON",
                        TAG,
                        text(MediaTypes.MANIFEST, "[".repeat(100)),
                        Step.MANIFEST,
                        "nesting depth"),
                new Fault(
                        "twice",
                        TAG,
                        text(MediaTypes.MANIFEST, "{\"layers\":[],\"layers\":[]}"),
                        Step.MANIFEST,
                        "uplicate"),
                new Fault(
                        "both",
                        TAG,
                        text(MediaTypes.MANIFEST, "{\"layers\":[],\"manifests\":[]}"),
                        Step.MANIFEST,
                        "both 'manifests' and 'layers'"),
                new Fault(
                        "schema 1",
                        TAG,
                        text("application/json", "{\"schemaVersion\":1}"),
                        Step.MANIFEST,
                        "schema version 1"),
                new Fault(
                        "other JSON",
                        TAG,
                        text("application/json", "{}"),
                        Step.MANIFEST,
                        "type 'application/json'"),
                new Fault(
                        "no layers",
                        TAG,
                        text(MediaTypes.MANIFEST, layers()),
                        Step.MANIFEST,
                        "there are no layers"),
                new Fault(
                        "a path for a digest",
                        TAG,
                        text(
                                MediaTypes.MANIFEST,
                                layers("{\"digest\":\"sha256:../../x\",\"size\":1}")),
                        Step.MANIFEST,
                        "layers[0].digest"),
                new Fault(
                        "negative size",
                        TAG,
                        text(MediaTypes.MANIFEST, layers("{\"size\":-1}")),
                        Step.MANIFEST,
                        "layers[0].size"),
                new Fault(
                        "a large manifest",
                        TAG,
                        PullFaultsIT::endless,
                        Step.DIGEST,
                        "over 4194304 bytes"),
                new Fault(
                        "another digest announced",
                        TAG,
                        announced("sha256:" + "0".repeat(64)),
                        Step.DIGEST,
                        "has the digest"),
                new Fault(
                        "a huge layer",
                        TAG,
                        text(MediaTypes.MANIFEST, layers(huge)),
                        Step.BLOB,
                        "99999999999 bytes"),
                new Fault(
                        "longer than told",
                        TAG,
                        text(MediaTypes.MANIFEST, layers(short7)),
                        Step.DIGEST,
                        "over 7 bytes"),
                new Fault(
                        "shorter than told",
                        TAG,
                        text(MediaTypes.MANIFEST, layers(long9)),
                        Step.DIGEST,
                        "came as"),
                new Fault("lost layer", BLOB, text404(), Step.BLOB, "not there"),
                new Fault("other layer", BLOB, ok(BLOB_TYPE, others), Step.DIGEST, "came as"),
                new Fault(
                        "endless layer", BLOB, PullFaultsIT::endless, Step.DIGEST, "over 8 bytes"),
                new Fault("broken off", BLOB, broken(), Step.CONNECT, "broke off"),
                new Fault(
                        "unknown authentication",
                        TAG,
                        challenge("Negotiate"),
                        Step.AUTH,
                        "asks for negotiate"),
                new Fault(
                        "no challenge",
                        TAG,
                        ScriptedRegistry.send(401, "text/plain", ""),
                        Step.AUTH,
                        "of no kind"),
                new Fault(
                        "wrong password", TAG, challenge("Basic realm=x"), Step.AUTH, "status 401"),
                new Fault(
                        "forbidden",
                        TAG,
                        ScriptedRegistry.send(403, "text/plain", ""),
                        Step.AUTH,
                        "status 403"),
                new Fault(
                        "realm is no URL",
                        TAG,
                        challenge("Bearer realm=\"file:///etc/passwd\""),
                        Step.AUTH,
                        "as its token server"),
                new Fault(
                        "realm is a metadata service",
                        TAG,
                        challenge("Bearer realm=\"http://169.254.169.254/latest\""),
                        Step.CONNECT,
                        "a link-local address"),
                new Fault(
                        "redirect to a metadata service",
                        TAG,
                        ScriptedRegistry.redirect("http://169.254.169.254/"),
                        Step.CONNECT,
                        "a link-local address"),
                new Fault(
                        "redirect to a file",
                        TAG,
                        ScriptedRegistry.redirect("file:///etc/passwd"),
                        Step.CONNECT,
                        "redirects to 'file:///etc/passwd'"),
                new Fault(
                        "redirects for ever",
                        TAG,
                        ScriptedRegistry.redirect(TAG),
                        Step.CONNECT,
                        "more than 5 times"),
                new Fault(
                        "control characters",
                        TAG,
                        ScriptedRegistry.send(
                                404, "a/b", "{\"errors\":[{\"code\":\"\\u001b[31mX\"}]}"),
                        Step.RESOLVE,
                        "?[31mX"));
    }

    private static Answer text404() {
        return ScriptedRegistry.send(
                404,
                "application/json",
                "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"nope\"}]}");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void endsInAFailureThatNamesTheStep(Fault fault) throws Exception {
        // Given
        registry.artifact("a", "v1", List.of(LAYER));
        registry.on(fault.path(), fault.answer());

        // When
        OciFailure failure = pull("oci://" + registry.host() + "/a:v1", Duration.ofSeconds(20));

        // Then
        assertThat(failure.message()).contains(fault.said()).doesNotContain("p4ssw0rd");
        assertThat(failure.step()).isEqualTo(fault.step());
        assertThat(failure.cure()).isNotEmpty();
    }

    @Test
    void aManifestOfAnotherDigestIsRefused() throws Exception {
        String asked = "sha256:" + "0".repeat(64);
        registry.on("/v2/a/manifests/" + asked, ok(MediaTypes.MANIFEST, MANIFEST));
        OciFailure failure =
                pull("oci://" + registry.host() + "/a@" + asked, Duration.ofSeconds(20));
        assertThat(failure.step()).isEqualTo(Step.DIGEST);
    }

    @Test
    void aRegistryThatIsSlowEndsTheWait() throws Exception {
        registry.on(
                TAG,
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
                TAG,
                ScriptedRegistry.guarded(
                        "Basic dXNlcjpwNHNzdzByZA==",
                        "Basic realm=x",
                        ScriptedRegistry.redirect(other.url("/v2/a"))));
        other.on("/v2/a", challenge("Basic realm=x"));
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
        registry.artifact("a", "v1", List.of(LAYER));
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
