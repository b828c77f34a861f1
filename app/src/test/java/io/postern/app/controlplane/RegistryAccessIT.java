package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.testkit.ServedRegistry;
import io.postern.xds.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code postern plugin pull} from Docker's registry, as a process, by ways that are set up. */
@Timeout(60)
class RegistryAccessIT {
    private static final String NAME = "team/versions:stable";

    @TempDir Path folder = Path.of("");

    private Path helper(String host, String secret) throws IOException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        String said = "{\"ServerURL\":\"x\",\"Username\":\"edge\",\"Secret\":\"" + secret + "\"}";
        Path program =
                Files.writeString(
                        bin.resolve("docker-credential-edge"),
                        "#!/bin/sh\ncat > /dev/null\necho '" + said + "'\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Path config = Files.createDirectory(folder.resolve("helped"));
        Files.writeString(
                config.resolve("config.json"), "{\"credHelpers\":{\"" + host + "\":\"edge\"}}");
        return bin;
    }

    private Path out() {
        return folder.resolve("out.wasm");
    }

    private PosternProcess pull(Path bin, Path config, String url, String... more)
            throws Exception {
        String path = bin + ":" + System.getenv().getOrDefault("PATH", "");
        Stream<String> words =
                Stream.of("plugin", "pull", url, "--docker-config", "" + config, "-o", "" + out());
        PosternProcess process =
                PosternProcess.start(
                        folder,
                        "pull",
                        Map.of("PATH", path),
                        Stream.concat(words, Stream.of(more)).toArray(String[]::new));
        assertThat(process.process().waitFor(40, TimeUnit.SECONDS)).isTrue();
        return process;
    }

    @ParameterizedTest
    @CsvSource({"s3cret, 0, OK ", "other, 1, auth: "})
    void aCredentialHelperIsAsked(String secret, int status, String said) throws Exception {
        try (PluginRegistry registry = PluginRegistry.start(folder)) {
            String url = registry.push(VersionedPlugin.MODULE, NAME);
            Path bin = helper(registry.host(), secret);
            String ca = registry.caFile().toString();
            // When
            PosternProcess pull = pull(bin, folder.resolve("helped"), url, "--ca-file", ca);
            // Then
            assertThat(pull.said()).contains(said).doesNotContain(secret);
            assertThat(pull.process().exitValue()).isEqualTo(status);
            assertThat(Files.exists(out())).isEqualTo(status == 0);
        }
    }

    @Test
    void aMirrorIsAskedInsteadOfARegistryThatIsNotThere() throws Exception {
        try (ServedRegistry registry = ServedRegistry.inMemory(true)) {
            var push =
                    Tools.command(
                            Tools.oras().orSkip(),
                            "push",
                            "--plain-http",
                            "--disable-path-validation",
                            registry.host() + "/mirrored/" + NAME,
                            VersionedPlugin.MODULE.toAbsolutePath() + ":application/wasm");
            Tools.run(folder, Map.of(), push).good();
            // When
            String mirror = "registry.invalid=http://" + registry.host() + "/mirrored";
            PosternProcess pull =
                    pull(folder, folder, "oci://registry.invalid/" + NAME, "--mirror", mirror);
            // Then
            assertThat(pull.said()).contains("from         " + registry.host());
            assertThat(out()).hasSameBinaryContentAs(VersionedPlugin.MODULE);
        }
    }
}
