package io.postern.xds.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.oci.ScriptedRegistry.Layer;
import io.postern.xds.oci.auth.Credential;
import io.postern.xds.oci.auth.CredentialSource;
import io.postern.xds.oci.manifest.MediaTypes;
import io.postern.xds.oci.registry.Connections;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.registry.RegistryClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pulls that go well in every layout, with every kind of authentication, and by mirrors. */
class PullerIT {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final byte[] JSON = {'{', '}'};

    @TempDir Path directory = Path.of("");

    private final ScriptedRegistry registry = new ScriptedRegistry();
    private final ScriptedRegistry other = new ScriptedRegistry();

    @AfterEach
    void close() {
        registry.close();
        other.close();
    }

    private PullResult pull(
            String what, CredentialSource credentials, Map<String, List<String>> mirrors)
            throws InterruptedException {
        var endpoints = new Endpoints(mirrors, Set.of(registry.host(), other.host()));
        Limits limits = Limits.ordinary().within(Duration.ofSeconds(10));
        try (var client = new RegistryClient(Connections.client(null), credentials, limits)) {
            return new Puller(client, endpoints, limits, System::nanoTime)
                    .pull(
                            Reference.parse("oci://" + registry.host() + "/" + what),
                            Wanted.MODULE,
                            directory);
        }
    }

    private Pulled pulled(String what, CredentialSource credentials) throws Exception {
        return done(pull(what, credentials, Map.of()));
    }

    private static Pulled done(PullResult result) {
        return switch (result) {
            case PullResult.Done done -> done.pulled();
            case PullResult.Failed failed -> throw new AssertionError(failed.failure().message());
        };
    }

    private void isTheModule(Pulled pulled) throws Exception {
        assertThat(pulled.file()).hasBinaryContent(WASM);
        assertThat(pulled.module()).isEqualTo(Digest.of(WASM));
        try (var left = Files.list(directory)) {
            assertThat(left).as("nothing but the module stays").containsExactly(pulled.file());
        }
    }

    @Test
    void aRegistryMayNameThingsBySha512() throws Exception {
        // Given
        Digest layer = Digest.Algorithm.SHA512.of(WASM);
        var layers = List.of(new Layer(MediaTypes.WASM, WASM));
        byte[] manifest =
                new String(
                                ScriptedRegistry.manifest(layers, MediaTypes.MANIFEST),
                                StandardCharsets.UTF_8)
                        .replace("" + Digest.of(WASM), "" + layer)
                        .getBytes(StandardCharsets.UTF_8);
        Digest whole = Digest.Algorithm.SHA512.of(manifest);
        registry.on(
                "/v2/a/manifests/" + whole,
                ScriptedRegistry.send(200, MediaTypes.MANIFEST, manifest));
        registry.on("/v2/a/blobs/" + layer, ScriptedRegistry.send(200, "x/y", WASM));
        // When
        Pulled good = pulled("a@" + whole, CredentialSource.anonymous());
        byte[] tampered = WASM.clone();
        tampered[7] = 1;
        registry.on("/v2/a/blobs/" + layer, ScriptedRegistry.send(200, "x/y", tampered));
        PullResult bad = pull("a@" + whole, CredentialSource.anonymous(), Map.of());
        // Then
        assertThat(good.root()).isEqualTo(whole);
        assertThat(good.module()).isEqualTo(Digest.of(WASM));
        assertThat(bad)
                .isInstanceOfSatisfying(
                        PullResult.Failed.class,
                        failed ->
                                assertThat(failed.failure().message())
                                        .contains("digest: ", "" + layer));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.module.wasm.content.layer.v1+wasm",
                "application/vnd.wasm.content.layer.v1+wasm",
                "application/wasm",
                "application/octet-stream",
                "",
            })
    void anArtifactOfOneLayerIsRead(String type) throws Exception {
        registry.artifact("a", "v1", List.of(new Layer(type, WASM)));
        isTheModule(pulled("a:v1", CredentialSource.anonymous()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.oci.image.layer.v1.tar+gzip",
                "application/vnd.docker.image.rootfs.diff.tar.gzip",
                "application/vnd.oci.image.layer.v1.tar+zstd",
                "application/gzip",
            })
    void anImageHasTheModuleInItsLastLayers(String type) throws Exception {
        var below = new Layer(type, new Tars().file("etc/os-release", JSON).gzip());
        var tar = new Tars().file("plugin.wasm", WASM);
        var layer = new Layer(type, type.endsWith("zstd") ? tar.zstd() : tar.gzip());
        var above = new Layer(type, new Tars().file("readme.md", JSON).gzip());
        registry.artifact("a", "v1", List.of(below, layer, above));
        isTheModule(pulled("a:v1", CredentialSource.anonymous()));
        assertThat(registry.asked().stream().map(ScriptedRegistry.Asked::path))
                .as("layers below are not downloaded")
                .doesNotContain("/v2/a/blobs/" + Digest.of(below.content()));
    }

    @ParameterizedTest
    @CsvSource({
        "application/vnd.module.wasm.config.v1+json, application/vnd.module.wasm.content.layer.v1+wasm",
        "application/vnd.module.wasm.doc.v1+markdown, application/vnd.oci.image.layer.v1.tar+gzip",
        "text/markdown, application/octet-stream",
    })
    void anArtifactOfTwoLayersIsRead(String first, String second) throws Exception {
        byte[] content =
                second.endsWith("gzip") ? new Tars().file("plugin.wasm", WASM).gzip() : WASM;
        registry.artifact(
                "a", "v1", List.of(new Layer(first, JSON), new Layer(second, content, "x.wasm")));
        isTheModule(pulled("a:v1", CredentialSource.anonymous()));
    }

    @Test
    void anIndexLeadsToTheManifestForWasm() throws Exception {
        var docker = "application/vnd.docker.distribution.manifest.v2+json";
        byte[] wasm = ScriptedRegistry.manifest(List.of(new Layer(MediaTypes.WASM, WASM)), docker);
        byte[] linux = ScriptedRegistry.manifest(List.of(), docker);
        registry.blob("a", WASM);
        Digest inner = registry.manifest("a", "inner", docker, wasm);
        String entry =
                "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}}";
        String index =
                "{\"manifests\":["
                        + entry.formatted(docker, Digest.of(linux), linux.length, "linux", "amd64")
                        + ","
                        + entry.formatted(docker, inner, wasm.length, "wasi", "wasm")
                        + "]}";
        Digest root =
                registry.manifest(
                        "a",
                        "v1",
                        "application/vnd.docker.distribution.manifest.list.v2+json",
                        index.getBytes(StandardCharsets.UTF_8));
        Pulled pulled = pulled("a:v1", CredentialSource.anonymous());
        isTheModule(pulled);
        assertThat(pulled.subjects()).containsExactly(root, inner);
    }

    @Test
    void aTagIsResolvedAndADigestIsPulledAsItIs() throws Exception {
        Digest digest = registry.artifact("a", "v1", List.of(new Layer(MediaTypes.WASM, WASM)));
        assertThat(pulled("a:v1", CredentialSource.anonymous()).reference())
                .hasToString("oci://" + registry.host() + "/a:v1@" + digest);
        pulled("a@" + digest, CredentialSource.anonymous());
        assertThat(registry.asked().getLast().path()).startsWith("/v2/a/blobs/");
    }

    private void guard(String authorization, String challenge) {
        byte[] manifest =
                ScriptedRegistry.manifest(
                        List.of(new Layer(MediaTypes.WASM, WASM)), MediaTypes.MANIFEST);
        registry.on(
                "/v2/a/manifests/v1",
                ScriptedRegistry.guarded(
                        authorization,
                        challenge,
                        ScriptedRegistry.send(200, MediaTypes.MANIFEST, manifest)));
        registry.on(
                "/v2/a/blobs/" + Digest.of(WASM),
                ScriptedRegistry.guarded(
                        authorization,
                        challenge,
                        ScriptedRegistry.send(200, "application/octet-stream", WASM)));
    }

    @Test
    void basicAuthenticationIsAnsweredOnceAsked() throws Exception {
        guard("Basic dTpw", "Basic realm=\"x\"");
        isTheModule(pulled("a:v1", (_, _) -> new Credential.Basic("u", "p")));
        assertThat(registry.asked().stream().map(ScriptedRegistry.Asked::authorization))
                .containsExactly("", "Basic dTpw", "Basic dTpw");
    }

    @Test
    void aTokenIsFetchedOnceForAllRequests() throws Exception {
        guard("Bearer abc", "Bearer realm=\"" + registry.url("/token") + "\",service=\"reg\"");
        registry.on(
                "/token",
                exchange -> {
                    assertThat(exchange.getRequestURI().getQuery())
                            .isEqualTo("service=reg&scope=repository:a:pull");
                    ScriptedRegistry.send(
                                    200,
                                    "application/json",
                                    "{\"token\":\"abc\",\"expires_in\":300}")
                            .to(exchange);
                });
        isTheModule(pulled("a:v1", (_, _) -> new Credential.Basic("u", "p")));
        assertThat(registry.asked().stream().filter(one -> one.path().equals("/token")))
                .extracting(ScriptedRegistry.Asked::authorization)
                .containsExactly("Basic dTpw");
    }

    @Test
    void anIdentityTokenIsChangedForAnAccessToken() throws Exception {
        guard("Bearer abc", "Bearer realm=\"" + registry.url("/token") + "\"");
        registry.on(
                "/token",
                exchange -> {
                    String form =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    boolean right =
                            form.contains("grant_type=refresh_token")
                                    && form.contains("refresh_token=idt");
                    ScriptedRegistry.send(
                                    right ? 200 : 400,
                                    "application/json",
                                    "{\"access_token\":\"abc\"}")
                            .to(exchange);
                });
        isTheModule(pulled("a:v1", (_, _) -> new Credential.IdentityToken("idt")));
    }

    @Test
    void aRedirectToAnotherHostGetsNoCredentials() throws Exception {
        guard("Basic dTpw", "Basic realm=\"x\"");
        registry.on(
                "/v2/a/blobs/" + Digest.of(WASM),
                ScriptedRegistry.guarded(
                        "Basic dTpw",
                        "Basic realm=\"x\"",
                        ScriptedRegistry.redirect(other.url("/somewhere"))));
        other.on("/somewhere", ScriptedRegistry.send(200, "application/octet-stream", WASM));
        isTheModule(pulled("a:v1", (_, _) -> new Credential.Basic("u", "p")));
        assertThat(other.asked())
                .extracting(ScriptedRegistry.Asked::authorization)
                .containsExactly("");
    }

    @Test
    void mirrorsAreAskedFirstAndTheRegistryIfTheyFail() throws Exception {
        registry.artifact("a", "v1", List.of(new Layer(MediaTypes.WASM, WASM)));
        other.artifact("cache/a", "v1", List.of(new Layer(MediaTypes.WASM, WASM)));
        var mirrors =
                Map.of(registry.host(), List.of(other.host() + "/gone", other.host() + "/cache"));
        Pulled pulled = done(pull("a:v1", CredentialSource.anonymous(), mirrors));
        isTheModule(pulled);
        assertThat(pulled.endpoint()).isEqualTo(other.host());
        assertThat(registry.asked()).isEmpty();
        Files.delete(pulled.file());
        isTheModule(
                done(
                        pull(
                                "a:v1",
                                CredentialSource.anonymous(),
                                Map.of(registry.host(), List.of(other.host() + "/gone")))));
    }
}
