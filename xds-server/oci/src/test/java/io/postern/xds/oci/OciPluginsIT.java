package io.postern.xds.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.oci.ScriptedRegistry.Layer;
import io.postern.xds.oci.auth.CredentialSource;
import io.postern.xds.oci.manifest.MediaTypes;
import io.postern.xds.oci.registry.Connections;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.store.ContentStore;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins for the control plane: what was once there stays there, and only for who may have it. */
class OciPluginsIT {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final byte[] NEXT = {0, 'a', 's', 'm', 1, 0, 0, 0, 0, 1, 0};
    private static final String TAG = "/v2/a/manifests/v1";

    @TempDir Path directory = Path.of("");

    private final ScriptedRegistry registry = new ScriptedRegistry();
    private final HttpClient http = Connections.client(null);
    private final List<String> warnings = new ArrayList<>();

    @AfterEach
    void close() {
        http.shutdownNow();
        registry.close();
    }

    private OciPlugins plugins() {
        return new OciPlugins(
                http,
                new Endpoints(Map.of(), Set.of(registry.host())),
                Limits.ordinary().within(Duration.ofSeconds(5)),
                CredentialSource.anonymous(),
                new ContentStore(directory, 1 << 20, Clock.systemUTC()),
                Clock.systemUTC(),
                warnings::add);
    }

    private PluginReference wanted(String what, String sha256, String key) {
        return wanted(what, sha256, key, null);
    }

    private PluginReference wanted(
            String what, String sha256, String key, PluginReference.@Nullable Credentials who) {
        return wanted(PluginReference.Kind.PLUGIN, what, sha256, key, who);
    }

    private PluginReference wanted(
            PluginReference.Kind kind,
            String what,
            String sha256,
            String key,
            PluginReference.@Nullable Credentials who) {
        String url = "oci://" + registry.host() + "/" + what;
        var trust = key.isEmpty() ? PluginReference.Trust.NONE : PluginReference.Trust.inKey(key);
        return new PluginReference(kind, url, sha256, who, trust);
    }

    private static void isCode(PluginSource.Fetched fetched, byte[] octets) {
        assertThat(fetched)
                .isInstanceOfSatisfying(
                        PluginSource.Code.class,
                        code -> {
                            assertThat(code.bytes()).isEqualTo(octets);
                            assertThat(code.sha256()).isEqualTo(Digest.of(octets).hex());
                        });
    }

    /** What serves, and why it is not what the tag stands for now. */
    private static void isStale(PluginSource.Fetched fetched, byte[] octets, String step) {
        assertThat(fetched)
                .isInstanceOfSatisfying(
                        PluginSource.Stale.class,
                        stale -> {
                            isCode(stale.code(), octets);
                            assertThat(stale.why().step()).isEqualTo(step);
                        });
    }

    private static void isFailed(PluginSource.Fetched fetched, String step, String said) {
        assertThat(fetched)
                .isInstanceOfSatisfying(
                        PluginSource.Failed.class,
                        failed -> {
                            assertThat(failed.problem()).contains(said);
                            assertThat(failed.step()).isEqualTo(step);
                        });
    }

    @Test
    void aRegistryThatIsGoneLeavesTheLastVersion() {
        registry.artifact("a", "v1", List.of(new Layer(MediaTypes.WASM, WASM)));
        isCode(plugins().fetch(wanted("a:v1", "", "")), WASM);
        registry.close();
        isStale(plugins().fetch(wanted("a:v1", "", "")), WASM, "connect");
        assertThat(warnings).singleElement().asString().contains("no connection", "stays in use");
        isFailed(plugins().fetch(wanted("a:v2", "", "")), "connect", "no connection");
    }

    @Test
    void aPolicyComesWithItsDataAndIsKeptBesideAPluginOfTheSameName() {
        byte[] bundle =
                new Tars()
                        .file("/policy.wasm", WASM)
                        .file("/data.json", "{}".getBytes(StandardCharsets.UTF_8))
                        .gzip();
        registry.artifact("a", "v1", List.of(new Layer(MediaTypes.TAR_GZIP, bundle)));
        var policy = wanted(PluginReference.Kind.POLICY, "a:v1", "", "", null);
        isCode(plugins().fetch(policy), bundle);
        isCode(plugins().fetch(wanted("a:v1", "", "")), WASM);
        registry.close();
        isStale(plugins().fetch(policy), bundle, "connect");
        isStale(plugins().fetch(wanted("a:v1", "", "")), WASM, "connect");
    }

    @Test
    void aTagThatMovesIsFollowed() {
        registry.artifact("a", "v1", List.of(new Layer(MediaTypes.WASM, WASM)));
        isCode(plugins().fetch(wanted("a:v1", "", "")), WASM);
        registry.artifact("a", "v1", List.of(new Layer(MediaTypes.WASM, NEXT)));
        isCode(plugins().fetch(wanted("a:v1", "", "")), NEXT);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aRegistryThatLiesLeavesTheLastVersionToo() {
        registry.artifact("a", "v1", List.of(new Layer(MediaTypes.WASM, WASM)));
        isCode(plugins().fetch(wanted("a:v1", "", "")), WASM);
        registry.artifact("a", "v1", List.of(new Layer(MediaTypes.WASM, NEXT)));
        registry.on("/v2/a/blobs/" + Digest.of(NEXT), ScriptedRegistry.send(200, "x/y", WASM));
        isStale(plugins().fetch(wanted("a:v1", "", "")), WASM, "digest");
        assertThat(warnings).singleElement().asString().contains("digest: ", "came as");
    }

    @Test
    void aDigestIsAskedForOnce() {
        Digest digest = registry.artifact("a", "v1", List.of(new Layer(MediaTypes.WASM, WASM)));
        isCode(plugins().fetch(wanted("a@" + digest, "", "")), WASM);
        registry.asked().clear();
        isCode(plugins().fetch(wanted("a@" + digest, "", "")), WASM);
        assertThat(registry.asked()).isEmpty();
    }

    @Test
    void whatWasTamperedWithIsPulledAgain() throws Exception {
        Digest digest = registry.artifact("a", "v1", List.of(new Layer(MediaTypes.WASM, WASM)));
        isCode(plugins().fetch(wanted("a@" + digest, "", "")), WASM);
        Files.write(directory.resolve("blobs/sha256").resolve(Digest.of(WASM).hex()), NEXT);
        isCode(plugins().fetch(wanted("a@" + digest, "", "")), WASM);
    }

    @Test
    void rightsThatAreGoneOrNeverWereGiveNothing() {
        registry.artifact("a", "v1", List.of(new Layer(MediaTypes.WASM, WASM)));
        var good = new PluginReference.Credentials("", "user", "right");
        var bad = new PluginReference.Credentials("", "user", "wrong");
        isCode(plugins().fetch(wanted("a:v1", "", "", good)), WASM);
        registry.on(TAG, ScriptedRegistry.send(403, "a/b", ""));
        isFailed(plugins().fetch(wanted("a:v1", "", "", good)), "auth", "403");
        registry.close();
        isStale(plugins().fetch(wanted("a:v1", "", "", good)), WASM, "connect");
        isFailed(plugins().fetch(wanted("a:v1", "", "", bad)), "connect", "no connection");
        isFailed(plugins().fetch(wanted("a:v1", "", "")), "connect", "no connection");
    }

    @Test
    void theDigestInADocumentIsTheManifestsOrTheModules() {
        Digest root = registry.artifact("a", "v1", List.of(new Layer(MediaTypes.WASM, WASM)));
        isCode(plugins().fetch(wanted("a:v1", root.hex(), "")), WASM);
        isCode(plugins().fetch(wanted("a:v1", Digest.of(WASM).hex(), "")), WASM);
        isFailed(
                plugins().fetch(wanted("a:v1", Digest.of(NEXT).hex(), "")),
                "digest",
                "its content");
    }

    @Test
    void aKeyMeansThatItMustHaveSigned() throws Exception {
        KeyPair key = pair();
        KeyPair other = pair();
        Digest root = registry.artifact("a", "v1", List.of(new Layer(MediaTypes.WASM, WASM)));
        isFailed(
                plugins().fetch(wanted("a:v1", "", pem(key))),
                "signature",
                "there is no signature");

        sign(root, Digest.of(NEXT), key);
        isFailed(
                plugins().fetch(wanted("a:v1", "", pem(key))), "signature", "signs something else");

        sign(root, root, key);
        isFailed(plugins().fetch(wanted("a:v1", "", pem(other))), "signature", "is of another key");
        isCode(plugins().fetch(wanted("a:v1", "", pem(key))), WASM);

        registry.close();
        isStale(plugins().fetch(wanted("a:v1", "", pem(key))), WASM, "connect");
        isFailed(plugins().fetch(wanted("a:v1", "", pem(other))), "connect", "no connection");
    }

    @Test
    void whatIsNotReferredToIsSwept() {
        registry.artifact("a", "v1", List.of(new Layer(MediaTypes.WASM, WASM)));
        isCode(plugins().fetch(wanted("a:v1", "", "")), WASM);
        assertThat(plugins().sweep(List.of(wanted("a:v1", "", ""))).bytesKept())
                .isEqualTo(WASM.length);
        var small = new ContentStore(directory, 0, Clock.systemUTC());
        assertThat(small.sweep(Set.of()).removed()).isEqualTo(1);
    }

    @Test
    void whatIsNoReferenceOrNoKeyIsTold() {
        isFailed(plugins().fetch(wanted("A", "", "")), "reference", "repository 'A'");
        isFailed(plugins().fetch(wanted("a:v1", "", "no key")), "signature", "BEGIN PUBLIC KEY");
    }

    private static KeyPair pair() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static String pem(KeyPair pair) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** As cosign does with a key, in its older format; cosign itself: {@code CosignIT}. */
    private void sign(Digest at, Digest what, KeyPair pair) throws GeneralSecurityException {
        byte[] payload =
                ("{\"critical\":{\"identity\":{\"docker-reference\":\"\"},\"image\":{\"docker-manifest-digest\":\""
                                + what
                                + "\"},\"type\":\"cosign container image signature\"},\"optional\":null}")
                        .getBytes(StandardCharsets.UTF_8);
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update(payload);
        String signature = Base64.getEncoder().encodeToString(signer.sign());
        var layer = new Layer("application/vnd.dev.cosign.simplesigning.v1+json", payload);
        String manifest =
                new String(
                                ScriptedRegistry.manifest(List.of(layer), MediaTypes.MANIFEST),
                                StandardCharsets.UTF_8)
                        .replace(
                                "\"size\":" + payload.length + "}",
                                "\"size\":"
                                        + payload.length
                                        + ",\"annotations\":{\"dev.cosignproject.cosign/signature\":\""
                                        + signature
                                        + "\"}}");
        registry.blob("a", payload);
        registry.manifest(
                "a",
                at.tag(".sig"),
                MediaTypes.MANIFEST,
                manifest.getBytes(StandardCharsets.UTF_8));
    }
}
