package io.postern.app.controlplane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.oci.Digest;
import io.postern.xds.testkit.ServedRegistry;
import io.postern.xds.testkit.Tools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code postern serve} under load with a plugin from a real registry: somebody in between lies, or
 * somebody pushes what is no good. The version of before serves, and the status of the plugin says
 * which step failed and what to do.
 */
@Timeout(120)
class HostileRegistryIT {
    private static final String TAG = "team/versions:stable";
    private static final String LAYER = ":application/vnd.oci.image.layer.v1.tar+gzip";

    private final Path folder;
    private final Served served;
    private final VersionedPlugin plugin;
    private final ServedRegistry registry;
    private final TamperingProxy proxy;

    HostileRegistryIT(@TempDir Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        served = new Served(folder);
        plugin = new VersionedPlugin(served);
        registry = ServedRegistry.inMemory(true);
        proxy = new TamperingProxy(registry.host());
    }

    @AfterEach
    void close() {
        proxy.close();
        plugin.close();
        registry.close();
    }

    private void oras(String... words) throws Exception {
        Tools.run(folder, Map.of(), Tools.command(Tools.oras().orSkip(), words)).good();
    }

    /** {@code file}: with its media type. */
    private void push(String file) throws Exception {
        oras(
                "push",
                "--plain-http",
                "--disable-path-validation",
                registry.host() + "/" + TAG,
                file);
    }

    /** The module with a name of its own: another digest, and the same behaviour. */
    private void pushModule(String name) throws Exception {
        var module = new ByteArrayOutputStream();
        module.write(Files.readAllBytes(VersionedPlugin.MODULE));
        byte[] text = name.getBytes(UTF_8);
        module.write(new byte[] {0, (byte) (text.length + 1), (byte) text.length});
        module.write(text);
        Files.write(folder.resolve("plugin.wasm"), module.toByteArray());
        push("plugin.wasm:application/wasm");
    }

    private AllInOne start(String... fields) throws IOException {
        plugin.write("oci://" + proxy.host() + "/" + TAG, "p1", fields);
        return served.start(
                new Plugins.Registries(
                        Set.of(proxy.host()), null, Duration.ofSeconds(2), Duration.ofMillis(100)));
    }

    private void awaitRefused(AllInOne all, Load load, List<String> said) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() ->
                        assertThat(served.resources().resolve(".status/plugin.yaml"))
                                .content()
                                .contains(said));
        String ctl;
        try {
            ctl = Served.ctl(all.plane(), "status");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        assertThat(ctl).contains(said);
        long last = load.seen("1");
        Awaitility.await().until(() -> load.seen("1") > last + 50);
        assertThat(load.faults()).isEmpty();
    }

    private void awaitMended(Load load) {
        Path status = served.resources().resolve(".status/plugin.yaml");
        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(status).content().doesNotContain("expected: "));
        long last = load.seen("1");
        Awaitility.await().until(() -> load.seen("1") > last + 50);
    }

    private static TamperingProxy.Fault cut(int octets) {
        return (exchange, truth) -> {
            byte[] all = truth.body();
            TamperingProxy.answer(exchange, truth, Arrays.copyOf(all, all.length - octets));
        };
    }

    private static TamperingProxy.Fault lies() {
        String announced = "docker-content-digest";
        return (exchange, truth) -> {
            exchange.getResponseHeaders().add(announced, "sha256:" + "0".repeat(64));
            TamperingProxy.answer(exchange, truth, truth.body());
        };
    }

    private static TamperingProxy.Fault breaksOff() {
        return (exchange, truth) -> {
            exchange.sendResponseHeaders(200, truth.body().length);
            exchange.getResponseBody().write(truth.body(), 0, truth.body().length / 2);
            exchange.getResponseBody().flush();
            throw new IOException("the connection is closed here");
        };
    }

    private static TamperingProxy.Fault silent() {
        return (exchange, _) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            try {
                new CountDownLatch(1).await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };
    }

    private static TamperingProxy.Fault flips() {
        return (exchange, truth) -> {
            byte[] all = truth.body().clone();
            all[all.length - 1] ^= 1;
            TamperingProxy.answer(exchange, truth, all);
        };
    }

    private static Arguments manifests(String name, TamperingProxy.Fault fault, String... said) {
        return Arguments.of(name, fault, TamperingProxy.NONE, List.of(said));
    }

    private static Arguments blobs(String name, TamperingProxy.Fault fault, String... said) {
        return Arguments.of(name, TamperingProxy.NONE, fault, List.of(said));
    }

    static Stream<Arguments> lying() {
        String broken = "the registry or a proxy in front of it is broken, or it lies";
        return Stream.of(
                blobs("other octets", flips(), "digest: ", "came as", broken),
                blobs("a shorter layer", cut(1), "digest: ", "came as", broken),
                blobs("a layer that breaks off", breaksOff(), "connect: ", "broke off"),
                blobs(
                        "a lost layer",
                        TamperingProxy.instead(404, "x", "y", ""),
                        "blob: ",
                        "not there"),
                blobs("a silent layer", silent(), "connect: ", "did not answer within"),
                manifests("silence", silent(), "connect: ", "did not answer within"),
                manifests("another digest", lies(), "digest: ", "has the digest", broken),
                manifests("half a manifest", cut(9), "digest: "),
                manifests(
                        "a page of HTML",
                        TamperingProxy.instead(200, "content-type", "text/html", "<html>"),
                        "manifest: ",
                        "a page of HTML",
                        "is a login page or a proxy in front of it?"),
                manifests(
                        "unknown authentication",
                        TamperingProxy.instead(401, "www-authenticate", "Negotiate", ""),
                        "auth: ",
                        "asks for negotiate"),
                manifests(
                        "a failure",
                        TamperingProxy.instead(500, "x", "y", "no"),
                        "resolve: ",
                        "status 500"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lying")
    void aRegistryThatLiesChangesNothingAndTheStatusSaysSo(
            String name,
            TamperingProxy.Fault manifests,
            TamperingProxy.Fault blobs,
            List<String> said)
            throws Exception {
        pushModule("first");
        try (AllInOne all = start();
                var load = new Load(served.port())) {
            Awaitility.await().until(() -> load.seen("1") > 0);
            // When
            proxy.tamper(manifests, blobs);
            pushModule("second");
            // Then
            awaitRefused(all, load, said);
            // When it tells the truth again
            proxy.tamper(TamperingProxy.NONE, TamperingProxy.NONE);
            // Then
            awaitMended(load);
            load.stop();
            assertThat(load.faults()).as(name).isEmpty();
        }
    }

    @Test
    void whatNothingRefersToIsRemovedAndTheRestServesAStartWithoutTheRegistry() throws Exception {
        pushModule("first");
        Path old;
        try (AllInOne _ = start();
                var load = new Load(served.port())) {
            Awaitility.await().until(() -> load.seen("1") > 0);
            old = blob(folder.resolve("plugin.wasm"));
            assertThat(old).exists();
            // When the tag moves, and two hours go by
            pushModule("second");
            Path fresh = blob(folder.resolve("plugin.wasm"));
            Awaitility.await().until(() -> Files.exists(fresh));
            var before = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
            Files.setLastModifiedTime(old, before);
            Files.setLastModifiedTime(fresh, before);
            // Then
            Awaitility.await().until(() -> !Files.exists(old));
            assertThat(fresh).exists();
        }
        // When it starts without the registry
        proxy.close();
        try (AllInOne all = start();
                var load = new Load(served.port())) {
            Awaitility.await().until(() -> load.seen("1") > 0);
            // Then
            assertThat(Served.ctl(all.plane(), "status"))
                    .contains("connect: ", "the version of before serves");
        }
    }

    /** Where the store keeps the content of {@code file}. */
    private Path blob(Path file) throws IOException {
        String name = Digest.of(file).hex();
        try (Stream<Path> all = Files.walk(folder.resolve("store").resolve("oci"))) {
            Path blobs = all.filter(one -> one.endsWith("blobs/sha256")).findFirst().orElseThrow();
            return blobs.resolve(name);
        }
    }

    static Stream<Arguments> archives() {
        return Stream.of(
                Arguments.of(
                        "{ head -c 8 good.wasm; head -c 209715200 /dev/zero; } > plugin.wasm"
                                + "; tar czf layer plugin.wasm",
                        List.of("extract: ", "134217728")),
                Arguments.of(
                        "cp good.wasm plugin.wasm; tar czPf layer --transform=s,^,../, plugin.wasm",
                        List.of("extract: ", "../plugin.wasm")),
                Arguments.of(
                        "ln -s /etc/passwd plugin.wasm; tar czf layer plugin.wasm",
                        List.of("extract: ", "plugin.wasm")),
                Arguments.of(
                        "echo x > README; tar czf layer README",
                        List.of("extract: ", "no layer has a plugin.wasm in it")),
                Arguments.of(
                        "cp good.wasm plugin.wasm; tar cf - plugin.wasm | gzip | head -c 200 > layer",
                        List.of("extract: ")));
    }

    @ParameterizedTest
    @MethodSource("archives")
    void anArchiveThatIsNoGoodChangesNothingAndTheStatusSaysSo(String made, List<String> said)
            throws Exception {
        pushModule("first");
        try (AllInOne all = start();
                var load = new Load(served.port())) {
            Awaitility.await().until(() -> load.seen("1") > 0);
            // When
            Path work = Files.createDirectory(folder.resolve("work"));
            Files.copy(VersionedPlugin.MODULE, work.resolve("good.wasm"));
            Tools.run(work, Map.of(), List.of("sh", "-ec", made)).good();
            push("work/layer" + LAYER);
            // Then
            awaitRefused(all, load, said);
        }
    }

    @Test
    void whatNobodySignedWhoCountsChangesNothingAndTheStatusSaysSo() throws Exception {
        Path cosign = Tools.cosign().orSkip();
        cosign(cosign, "generate-key-pair");
        String key = Files.readString(folder.resolve("cosign.pub")).strip();
        pushModule("first");
        sign(cosign);
        try (AllInOne all = start("verificationKey: |\n" + key.indent(4).stripTrailing());
                var load = new Load(served.port())) {
            Awaitility.await().until(() -> load.seen("1") > 0);
            // When
            pushModule("second");
            // Then
            awaitRefused(all, load, List.of("signature: ", "there is no signature", "cosign sign"));
            // When somebody else signs it
            Files.delete(folder.resolve("cosign.key"));
            Files.delete(folder.resolve("cosign.pub"));
            cosign(cosign, "generate-key-pair");
            sign(cosign);
            // Then
            awaitRefused(all, load, List.of("signature: ", "is of another key", "cosign sign"));
        }
    }

    private void sign(Path cosign) throws Exception {
        cosign(
                cosign,
                "sign",
                "--key=cosign.key",
                "--tlog-upload=false",
                "--use-signing-config=false",
                "--allow-http-registry",
                "-y",
                registry.host() + "/" + TAG);
    }

    private void cosign(Path cosign, String... words) throws Exception {
        var environment = Map.of("COSIGN_PASSWORD", "", "HOME", folder.toString());
        Tools.run(folder, environment, Tools.command(cosign, words)).good();
    }
}
