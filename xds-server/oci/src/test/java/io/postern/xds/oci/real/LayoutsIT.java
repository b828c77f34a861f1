package io.postern.xds.oci.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.oci.Limits;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.cosign.SignatureReport;
import io.postern.xds.oci.cosign.SignatureSearch;
import io.postern.xds.oci.disk.LayoutFolder;
import io.postern.xds.oci.disk.LayoutPlugins;
import io.postern.xds.oci.disk.LayoutReference;
import io.postern.xds.oci.disk.LayoutWriter;
import io.postern.xds.oci.push.Artifact;
import io.postern.xds.oci.push.ArtifactLayout;
import io.postern.xds.oci.registry.Deadline;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginReference.Kind;
import io.postern.xds.resources.PluginReference.Trust;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Image layouts that {@code oras} writes and reads. */
class LayoutsIT {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};

    @TempDir Path directory = Path.of("");

    private void oras(String... words) throws Exception {
        Tools.run(directory, Map.of(), Tools.command(Tools.oras().orSkip(), words)).good();
    }

    @Test
    void whatOrasWritesIsReadAndWhatItCopiesToo() throws Exception {
        Files.write(directory.resolve("auth.wasm"), WASM);
        oras("push", "--oci-layout", "plugins:1.0", "auth.wasm:application/wasm");
        oras("copy", "--from-oci-layout", "plugins:1.0", "--to-oci-layout", "others:auth");
        for (String url : new String[] {"oci-layout://plugins:1.0", "oci-layout://others:auth"}) {
            var plugins = new LayoutPlugins(directory, directory, Limits.ordinary(), _ -> {});
            var reference = new PluginReference(Kind.PLUGIN, url, "", null, Trust.NONE);
            assertThat(plugins.fetch(reference))
                    .as(url)
                    .isInstanceOfSatisfying(
                            PluginSource.Code.class,
                            code -> assertThat(code.bytes()).isEqualTo(WASM));
        }
    }

    @Test
    void whatIsWrittenIsReadByOras() throws Exception {
        var reference = LayoutReference.parse("oci-layout://plugins:1.0").from(directory);
        LayoutWriter.write(
                reference, Artifact.of(WASM, ArtifactLayout.ARTIFACT, Map.of("team", "edge")));
        oras("pull", "--oci-layout", "plugins:1.0");
        assertThat(directory.resolve("plugin.wasm")).hasBinaryContent(WASM);
    }

    /** How what cosign has put into a registry comes into a layout. */
    enum Way {
        /** With all that refers to it. */
        ORAS_WITH_REFERRERS(true),
        /** Tag by tag. */
        ORAS_BY_TAGS(false),
        COSIGN_SAVE(false);

        private final boolean bundle;

        Way(boolean bundle) {
            this.bundle = bundle;
        }
    }

    private void copy(Way way, Reference from, Cosign cosign) throws Exception {
        String image = from.name() + "@" + from.digest();
        switch (way) {
            case ORAS_WITH_REFERRERS ->
                    oras("copy", "-r", "--from-plain-http", image, "--to-oci-layout", "signed:v1");
            case ORAS_BY_TAGS -> {
                oras("copy", "--from-plain-http", image, "--to-oci-layout", "signed:v1");
                for (String suffix : List.of(".sig", ".att")) {
                    String tag = Objects.requireNonNull(from.digest()).tag(suffix);
                    String there = from.name() + ":" + tag;
                    oras("copy", "--from-plain-http", there, "--to-oci-layout", "signed:" + tag);
                }
            }
            case COSIGN_SAVE -> cosign.run("save", "--allow-http-registry", "--dir=signed", image);
        }
    }

    private PluginSource.Fetched signedBy(String pem) {
        return new LayoutPlugins(directory, directory, Limits.ordinary(), _ -> {})
                .fetch(
                        new PluginReference(
                                Kind.PLUGIN, "oci-layout://signed", "", null, Trust.inKey(pem)));
    }

    private SignatureReport report(Reference of, Cosign cosign) throws Exception {
        var layout = new LayoutFolder(directory.resolve("signed"), Limits.ordinary());
        Deadline deadline = Deadline.in(Duration.ofMinutes(1), System::nanoTime);
        return new SignatureSearch(layout, deadline)
                .of(List.of(Objects.requireNonNull(of.digest())), cosign.signers());
    }

    @ParameterizedTest
    @EnumSource
    void whatCosignSignsIsFoundAndCheckedHoweverItWasCopied(Way way) throws Exception {
        try (var registry = RealRegistry.inMemory(true)) {
            // Given
            var cosign = Cosign.withKeys(directory);
            var tag = Reference.parse("oci://" + registry.host() + "/team/auth:v1");
            var artifact = Artifact.of(WASM, ArtifactLayout.ARTIFACT, Map.of());
            Reference pushed = RegistriesIT.done(registry.pusher().push(tag, artifact));
            String image = pushed.name() + "@" + pushed.digest();
            oras("copy", "--from-plain-http", image, "--to-oci-layout", "signed:v1");
            PluginSource.Fetched unsigned = signedBy(cosign.key());
            deleteLayout();
            // When
            cosign.sign(way.bundle, image);
            cosign.attest(way.bundle, "cyclonedx", "{\"components\": [{}, {}]}", image);
            copy(way, pushed, cosign);
            // Then
            assertThat(failure(unsigned)).contains("signature", "there is no signature");
            assertThat(signedBy(cosign.key()))
                    .isInstanceOfSatisfying(
                            PluginSource.Code.class,
                            code -> assertThat(code.bytes()).isEqualTo(WASM));
            assertThat(report(pushed, cosign).attestations())
                    .singleElement()
                    .satisfies(one -> {
                        assertThat(one.type()).isEqualTo("https://cyclonedx.org/bom");
                        assertThat(one.signed()).isTrue();
                        assertThat(one.details()).contains("2 components");
                    });
            cosign.newKeys();
            assertThat(failure(signedBy(cosign.key()))).contains("signature", "is of another key");
        }
    }

    private void deleteLayout() throws IOException {
        try (var files = Files.walk(directory.resolve("signed"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static String failure(PluginSource.Fetched fetched) {
        assertThat(fetched).isInstanceOf(PluginSource.Failed.class);
        var failed = (PluginSource.Failed) fetched;
        return failed.step() + ": " + failed.problem();
    }
}
