package io.postern.xds.oci.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.PullResult;
import io.postern.xds.oci.Pulled;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.push.Artifact;
import io.postern.xds.oci.push.ArtifactLayout;
import io.postern.xds.oci.push.Pusher;
import io.postern.xds.testkit.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Pulls and pushes with go-containerregistry's registry and the {@code oras} command. */
class RegistriesIT {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};

    @TempDir Path directory = Path.of("");

    static Pulled done(PullResult result) {
        return switch (result) {
            case PullResult.Done done -> done.pulled();
            case PullResult.Failed failed -> throw new AssertionError(failed.failure().message());
        };
    }

    static Reference done(Pusher.Result result) {
        return switch (result) {
            case Pusher.Result.Done done -> done.reference();
            case Pusher.Result.Failed failed ->
                    throw new AssertionError(failed.failure().message());
        };
    }

    private String run(List<String> command) throws Exception {
        Tools.Outcome outcome = Tools.run(directory, Map.of(), command);
        outcome.good();
        return outcome.said();
    }

    @ParameterizedTest
    @CsvSource({
        "application/vnd.module.wasm.config.v1+json, application/vnd.module.wasm.content.layer.v1+wasm",
        "application/vnd.wasm.config.v1+json, application/vnd.wasm.content.layer.v1+wasm",
        "application/vnd.wasm.config.v0+json, application/wasm",
        "application/vnd.oci.image.config.v1+json, application/octet-stream",
    })
    void whatOrasPushesIsPulled(String config, String layer) throws Exception {
        Path oras = Tools.oras().orSkip();
        Files.write(directory.resolve("auth.wasm"), WASM);
        Files.writeString(directory.resolve("config.json"), "{}");
        Files.writeString(directory.resolve("readme.md"), "# auth");
        try (var registry = RealRegistry.inMemory(true)) {
            run(
                    Tools.command(
                            oras,
                            "push",
                            "--plain-http",
                            registry.host() + "/team/auth:v1",
                            "--config",
                            "config.json:" + config,
                            "auth.wasm:" + layer,
                            "readme.md:text/markdown"));
            Pulled pulled = done(registry.pull("team/auth:v1", directory));
            assertThat(pulled.file()).hasBinaryContent(WASM);
            assertThat(pulled.module()).isEqualTo(Digest.of(WASM));
        }
    }

    @ParameterizedTest
    @EnumSource(ArtifactLayout.class)
    void whatIsPushedIsPulledByUsAndReadByOras(ArtifactLayout layout) throws Exception {
        Path oras = Tools.oras().orSkip();
        try (var registry = RealRegistry.inMemory(true)) {
            Artifact artifact = Artifact.of(WASM, layout, Map.of("team", "edge"));
            Reference tag = Reference.parse("oci://" + registry.host() + "/team/auth:v1");
            Reference pushed = done(registry.pusher().push(tag, artifact));
            assertThat(pushed).isEqualTo(tag.at(artifact.digest()));
            assertThat(done(registry.pusher().push(tag, artifact))).isEqualTo(pushed);

            Pulled pulled = done(registry.pull("team/auth@" + artifact.digest(), directory));
            assertThat(pulled.file()).hasBinaryContent(WASM);
            assertThat(pulled.unpacked().manifest().annotations()).containsEntry("team", "edge");
            Files.delete(pulled.file());

            run(Tools.command(oras, "pull", "--plain-http", registry.host() + "/team/auth:v1"));
            Path file = directory.resolve("plugin.wasm");
            assertThat(Files.exists(file)).isEqualTo(layout != ArtifactLayout.IMAGE);
            if (Files.exists(file)) {
                assertThat(file).hasBinaryContent(WASM);
            }
        }
    }

    @Test
    void aTagThatMovesIsAnotherDigest() throws Exception {
        try (var registry = RealRegistry.inMemory(true)) {
            Reference tag = Reference.parse("oci://" + registry.host() + "/a:v1");
            byte[] second = {0, 'a', 's', 'm', 1, 0, 0, 0, 0, 1, 0};
            var first = Artifact.of(WASM, ArtifactLayout.ARTIFACT, Map.of());
            done(registry.pusher().push(tag, first));
            Pulled before = done(registry.pull("a:v1", directory));
            done(
                    registry.pusher()
                            .push(tag, Artifact.of(second, ArtifactLayout.ARTIFACT, Map.of())));
            assertThat(done(registry.pull("a:v1", directory)).root()).isNotEqualTo(before.root());
            assertThat(done(registry.pull("a@" + first.digest(), directory)).root())
                    .isEqualTo(before.root());
        }
    }
}
