package io.postern.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.cli.Command;
import io.postern.app.cli.Program;
import io.postern.xds.testkit.ServedRegistry;
import io.postern.xds.testkit.Tools;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands in {@code docs/oci.md}, as they are written there, against a registry. */
class RegistryCommandsIT {
    private static final Path DOCUMENT = Path.of("../docs/oci.md");
    private static final Path PLUGIN = Path.of("src/test/resources/plugins/as_add_header.wasm");
    private static final Path BUNDLE =
            Path.of("../filters/opa/src/test/policies/compiled/roles.tar.gz");

    /** No log of signatures is asked. */
    private static final String[] OFFLINE = {
        "--tlog-upload=false", "--use-signing-config=false", "--allow-http-registry", "-y"
    };

    private static final String HOST = "registry.example.com";
    private static final String LAYOUT = "oci-layout://";
    private static final String POSTERN = "$ bin/postern ";
    private static final String COSIGN = "$ cosign sign ";
    private static final String ORAS = "$ oras push ";

    @TempDir Path directory = Path.of("");

    private final StringWriter printed = new StringWriter();

    private int postern(List<String> words) throws InterruptedException {
        var program = new Program("postern", "", () -> "", List.<Command>of(new PluginCommand()));
        var out = new PrintWriter(printed, true);
        return program.run(words, out, out);
    }

    private List<String> words(String line, ServedRegistry registry) {
        var words = new ArrayList<String>();
        for (String word : line.substring(POSTERN.length()).split(" ", -1)) {
            boolean file =
                    word.endsWith(".wasm") || word.endsWith(".tar.gz") || word.endsWith(".pub");
            words.add(
                    file
                            ? directory.resolve(word).toString()
                            : word.replace(HOST, registry.host())
                                    .replace(LAYOUT, LAYOUT + directory + "/"));
        }
        words.add("--plain-http");
        return words;
    }

    /** Runs a program of others with {@code words}. */
    private void run(Path program, String words, String... more) throws Exception {
        var command = new ArrayList<>(Tools.command(program, words.split(" ", -1)));
        command.addAll(List.of(more));
        var environment = Map.of("COSIGN_PASSWORD", "", "HOME", directory.toString());
        Tools.run(directory, environment, command).good();
    }

    @Test
    void theDocumentsCommandsWork() throws Exception {
        // Given
        Path cosign = Tools.cosign().orSkip();
        Path oras = Tools.oras().orSkip();
        Files.copy(PLUGIN, directory.resolve("add_header.wasm"));
        Files.copy(BUNDLE, directory.resolve("bundle.tar.gz"));
        Files.writeString(directory.resolve("config.json"), "{}");
        run(cosign, "generate-key-pair");
        int run = 0;
        try (var registry = ServedRegistry.inMemory(true)) {
            // When
            for (String line : Files.readAllLines(DOCUMENT)) {
                String there = line.replace(HOST, registry.host());
                if (line.startsWith(COSIGN)) {
                    run(cosign, there.substring("$ cosign ".length()), OFFLINE);
                } else if (line.startsWith(ORAS)) {
                    run(oras, there.substring("$ oras ".length()), "--plain-http");
                } else if (line.startsWith(POSTERN)) {
                    assertThat(postern(words(line, registry))).as("%s%n%s", line, printed).isZero();
                } else {
                    continue;
                }
                run++;
            }
            // Then
            assertThat(run).isEqualTo(9);
            assertThat(directory.resolve("pulled.wasm"))
                    .hasSameBinaryContentAs(directory.resolve("add_header.wasm"));
            assertThat(printed.toString())
                    .contains("signature    good: referrer ")
                    .contains(
                            "annotation   org.opencontainers.image.source=https://git.example.com/add-header")
                    .contains("ABI          0.2.0")
                    .contains("policy       135267 bytes of WebAssembly");
            byAnotherKeyNothingIsWritten(registry, cosign);
        }
    }

    private void byAnotherKeyNothingIsWritten(ServedRegistry registry, Path cosign)
            throws Exception {
        Files.delete(directory.resolve("cosign.key"));
        Files.delete(directory.resolve("cosign.pub"));
        run(cosign, "generate-key-pair");
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

    /** What is attached is told in both of cosign's formats, from a registry and a layout. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void provenanceAndABillOfMaterialsAreShownWithWhoSignedThem(boolean bundle) throws Exception {
        // Given
        Path cosign = Tools.cosign().orSkip();
        Path oras = Tools.oras().orSkip();
        run(cosign, "generate-key-pair");
        String built =
                "{\"buildDefinition\": {\"buildType\": \"https://ci.example.com/v1\"},"
                        + " \"runDetails\": {\"builder\": {\"id\": \"https://ci.example.com\"}}}";
        Files.writeString(directory.resolve("slsaprovenance1.json"), built);
        Files.writeString(directory.resolve("cyclonedx.json"), "{\"components\": [{}]}");
        try (var registry = ServedRegistry.inMemory(true)) {
            String artifact = registry.host() + "/team/add-header";
            postern(List.of("plugin", "push", "" + PLUGIN, "oci://" + artifact, "--plain-http"));
            String digest = printed.toString().strip().replaceAll("(?s).*@", "");
            // When
            for (String type : List.of("slsaprovenance1", "cyclonedx")) {
                String claim = " --type " + type + " --predicate " + type + ".json ";
                String format = "attest --key cosign.key --new-bundle-format=" + bundle;
                run(cosign, format + claim + artifact + "@" + digest, OFFLINE);
            }
            String tag = digest.replace(':', '-') + ".att";
            String copy = "copy -r --from-plain-http --to-oci-layout ";
            run(oras, copy + artifact + "@" + digest + " layout:v1");
            if (!bundle) {
                run(oras, copy + artifact + ":" + tag + " layout:" + tag);
            }
            // Then
            for (String place : List.of("oci://" + artifact, LAYOUT + directory + "/layout:v1")) {
                printed.getBuffer().setLength(0);
                String key = directory.resolve("cosign.pub").toString();
                var words = List.of("plugin", "inspect", place, "--key", key, "--plain-http");
                assertThat(postern(words)).as("not signed itself").isEqualTo(1);
                assertThat(printed.toString())
                        .as(place)
                        .contains("signature: there is no signature")
                        .contains("builder https://ci.example.com", "1 components")
                        .containsPattern(
                                "attestation  https://slsa.dev/provenance/v1 .*, signed by ")
                        .containsPattern("attestation  https://cyclonedx.org/bom .*, signed by ");
            }
        }
    }

    @Test
    void whatCannotBeUsedIsNotPushed() throws Exception {
        try (var registry = ServedRegistry.inMemory(true)) {
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
}
