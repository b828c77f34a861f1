package io.postern.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.cli.Command;
import io.postern.app.cli.Program;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.PullResult;
import io.postern.xds.oci.Puller;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.Wanted;
import io.postern.xds.oci.auth.CredentialSource;
import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.MediaTypes;
import io.postern.xds.oci.registry.Connections;
import io.postern.xds.oci.registry.Deadline;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.registry.RegistryClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands in {@code docs/oci.md}, as they are written there, against a registry. */
class RegistryCommandsIT {
    private static final Path DOCUMENT = Path.of("../docs/oci.md");
    private static final Path PLUGIN = Path.of("src/test/resources/plugins/as_add_header.wasm");
    private static final Path BUNDLE =
            Path.of("../filters/opa/src/test/policies/compiled/roles.tar.gz");
    private static final String HOST = "registry.example.com";
    private static final String POSTERN = "$ bin/postern ";
    private static final String COSIGN = "$ cosign sign ";

    @TempDir Path directory = Path.of("");

    private final StringWriter printed = new StringWriter();

    private int postern(List<String> words) throws InterruptedException {
        var program = new Program("postern", "", () -> "", List.<Command>of(new PluginCommand()));
        var out = new PrintWriter(printed, true);
        return program.run(words, out, out);
    }

    private List<String> words(String line, MemoryRegistry registry) {
        var words = new ArrayList<String>();
        for (String word : line.substring(POSTERN.length()).split(" ", -1)) {
            boolean file =
                    word.endsWith(".wasm") || word.endsWith(".tar.gz") || word.endsWith(".pub");
            words.add(
                    file
                            ? directory.resolve(word).toString()
                            : word.replace(HOST, registry.host()));
        }
        words.add("--plain-http");
        return words;
    }

    @Test
    void theDocumentsCommandsWork() throws Exception {
        KeyPair key = pair();
        Files.copy(PLUGIN, directory.resolve("add_header.wasm"));
        Files.writeString(directory.resolve("cosign.pub"), pem(key));
        Files.copy(BUNDLE, directory.resolve("bundle.tar.gz"));
        int run = 0;
        try (var registry = new MemoryRegistry()) {
            for (String line : Files.readAllLines(DOCUMENT)) {
                if (line.startsWith(COSIGN)) {
                    sign(registry, key);
                } else if (line.startsWith(POSTERN)) {
                    assertThat(postern(words(line, registry))).as("%s%n%s", line, printed).isZero();
                    run++;
                }
            }
            assertThat(run).isEqualTo(6);
            assertThat(directory.resolve("pulled.wasm"))
                    .hasSameBinaryContentAs(directory.resolve("add_header.wasm"));
            assertThat(printed.toString())
                    .contains("signature    good: tag sha256-")
                    .contains(
                            "annotation   org.opencontainers.image.source=https://git.example.com/add-header")
                    .contains("ABI          0.2.0")
                    .contains("policy       135267 bytes of WebAssembly");
            byAnotherKeyNothingIsWritten(registry);
        }
    }

    private void byAnotherKeyNothingIsWritten(MemoryRegistry registry) throws Exception {
        Files.writeString(directory.resolve("cosign.pub"), pem(pair()));
        Files.delete(directory.resolve("pulled.wasm"));
        String pull =
                POSTERN
                        + "plugin pull oci://"
                        + HOST
                        + "/team/add-header:1.0.0 --key cosign.pub -o pulled.wasm";
        assertThat(postern(words(pull, registry))).isEqualTo(1);
        assertThat(directory.resolve("pulled.wasm")).doesNotExist();
        assertThat(printed.toString()).contains("signature: no signature counts");
        assertThat(postern(words(pull + " --signatures warn", registry))).isZero();
        assertThat(directory.resolve("pulled.wasm")).exists();
    }

    @Test
    void whatCannotBeUsedIsNotPushed() throws Exception {
        try (var registry = new MemoryRegistry()) {
            Path file =
                    Files.write(
                            directory.resolve("empty.wasm"),
                            new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
            var words =
                    List.of(
                            "plugin",
                            "push",
                            file.toString(),
                            "oci://" + registry.host() + "/a:v1",
                            "--plain-http");
            assertThat(postern(words)).isEqualTo(1);
            assertThat(printed.toString()).contains("missing or unknown Proxy-Wasm ABI version");
            var forced = new ArrayList<>(words);
            forced.add("--force");
            assertThat(postern(forced)).isZero();
        }
    }

    @Test
    void aBundleWithoutACompiledPolicyIsNotPushed() throws Exception {
        Path file = Files.writeString(directory.resolve("a.rego"), "package a");
        var words = List.of("plugin", "push", "--policy", "" + file, "oci://a.b/c:v1");
        assertThat(postern(words)).isEqualTo(1);
        assertThat(printed.toString())
                .contains("expected: policy.wasm, or a bundle from opa build");
    }

    @Test
    void aCommandLineThatIsNotUnderstoodSaysWhatIsExpected() throws Exception {
        for (List<String> words :
                Arrays.asList(
                        List.of("plugin", "pull"),
                        List.of("plugin", "verify", "oci://a.b/c"),
                        List.of("plugin", "push", "x.wasm"),
                        List.of("plugin", "fetch", "oci://a.b/c"),
                        List.of("plugin", "pull", "oci://a.b/c", "--mirror", "x"),
                        List.of("plugin", "pull", "oci://a.b/c", "--signatures", "required"))) {
            assertThat(postern(words)).as(words.toString()).isEqualTo(2);
        }
        assertThat(printed.toString().lines())
                .hasSize(6)
                .allMatch(line -> line.contains("expected: "));
    }

    private static KeyPair pair() throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static String pem(KeyPair pair) {
        String base64 = Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }

    /** In cosign's place: what it uploads for {@code cosign sign --key}. */
    private void sign(MemoryRegistry registry, KeyPair key) throws Exception {
        var endpoints = new Endpoints(Map.of(), Set.of(registry.host()));
        var tag = Reference.parse("oci://" + registry.host() + "/team/add-header:1.0.0");
        try (var client =
                new RegistryClient(
                        Connections.client(null),
                        CredentialSource.anonymous(),
                        Limits.ordinary())) {
            var puller = new Puller(client, endpoints, Limits.ordinary(), System::nanoTime);
            if (!(puller.pull(tag, Wanted.MODULE, directory) instanceof PullResult.Done done)) {
                throw new AssertionError("nothing to sign");
            }
            byte[] payload =
                    ("{\"critical\":{\"image\":{\"docker-manifest-digest\":\""
                                    + done.pulled().root()
                                    + "\"},\"type\":\"cosign container image signature\"}}")
                            .getBytes(StandardCharsets.UTF_8);
            Signature signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(key.getPrivate());
            signer.update(payload);
            String signature = Base64.getEncoder().encodeToString(signer.sign());
            Descriptor layer =
                    Descriptor.of("application/vnd.dev.cosign.simplesigning.v1+json", payload);
            String of =
                    "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d"
                            .formatted(layer.mediaType(), layer.digest(), layer.size());
            String manifest =
                    "{\"schemaVersion\":2,\"mediaType\":\""
                            + MediaTypes.MANIFEST
                            + "\",\"config\":"
                            + of
                            + "},\"layers\":["
                            + of
                            + ",\"annotations\":{\"dev.cosignproject.cosign/signature\":\""
                            + signature
                            + "\"}}]}";
            Deadline deadline = Deadline.in(Limits.ordinary().total(), System::nanoTime);
            client.writer()
                    .upload(endpoints.origin(tag), tag.repository(), layer, payload, deadline);
            client.writer()
                    .put(
                            endpoints.origin(tag),
                            tag.repository(),
                            done.pulled().root().tag(".sig"),
                            MediaTypes.MANIFEST,
                            manifest.getBytes(StandardCharsets.UTF_8),
                            deadline);
        }
    }
}
