package io.postern.xds.oci.layout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Tars;
import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.Manifest;
import io.postern.xds.oci.manifest.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** OPA bundles in layers, whatever they were packed with. */
class BundleExtractionTest {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final byte[] DATA = "{\"a\": 1}".getBytes(UTF_8);
    private static final int MIB = 1 << 20;
    private static final Limits TIGHT =
            new Limits(MIB, MIB, 4L * MIB, MIB, Duration.ofSeconds(1), Duration.ofSeconds(10));

    @TempDir Path directory = Path.of("");

    private Optional<String> extract(byte[] layer) throws IOException {
        Path file = Files.write(directory.resolve("layer"), layer);
        return new BundleExtraction(TIGHT, () -> Duration.ofSeconds(1)).bundle(file, bundle());
    }

    private Path bundle() {
        return directory.resolve("bundle");
    }

    private static Tars ordinary(String slash) {
        return new Tars()
                .file(slash + "data.json", DATA)
                .file(slash + "policy.wasm", WASM)
                .file(slash + ".manifest", DATA);
    }

    @ParameterizedTest
    @CsvSource({"''", "/", "./"})
    void aTarGzStaysAsItIs(String slash) throws IOException {
        byte[] layer = ordinary(slash).gzip();
        assertThat(extract(layer)).contains("bundle");
        assertThat(bundle()).hasBinaryContent(layer);
    }

    static Stream<Arguments> packedOtherwise() {
        return Stream.of(
                Arguments.of("tar", ordinary("/").bytes()),
                Arguments.of("tar.zst", ordinary("/").zstd()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("packedOtherwise")
    void whatIsPackedOtherwiseBecomesATarGz(String name, byte[] layer) throws IOException {
        assertThat(extract(layer)).contains("bundle");
        var packed = new ByteArrayInputStream(Files.readAllBytes(bundle()));
        try (var content = new GZIPInputStream(packed)) {
            assertThat(content.readAllBytes()).isEqualTo(ordinary("/").bytes());
        }
    }

    @Test
    void aCompiledPolicyAloneIsOneToo() throws IOException {
        assertThat(extract(Tars.gzip(WASM))).contains("compiled policy");
        assertThat(bundle()).hasBinaryContent(WASM);
    }

    @Test
    void whatIsNeitherIsNoBundle() throws IOException {
        assertThat(extract("package a".getBytes(UTF_8))).isEmpty();
        assertThat(extract(new byte[0])).isEmpty();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(
                        "only rego",
                        new Tars().file("/a.rego", DATA).gzip(),
                        "the bundle has no /policy.wasm (build it with opa build -t wasm"),
                Arguments.of(
                        "deeper", new Tars().file("a/policy.wasm", WASM).gzip(), "no /policy.wasm"),
                Arguments.of("link", new Tars().link("policy.wasm").gzip(), "is no file"),
                Arguments.of(
                        "out", new Tars().file("../policy.wasm", WASM).gzip(), "no /policy.wasm"),
                Arguments.of(
                        "twice", ordinary("").file("/policy.wasm", WASM).gzip(), "is there twice"),
                Arguments.of(
                        "text",
                        new Tars().file("policy.wasm", DATA).gzip(),
                        "is no WebAssembly module"),
                Arguments.of(
                        "bomb",
                        ordinary("").file("x", new byte[8 * MIB]).gzip(),
                        "unpacks to over 4194304 bytes"),
                Arguments.of(
                        "large",
                        ordinary("").file("x", new byte[2 * MIB]).bytes(),
                        "has over 1048576"),
                Arguments.of(
                        "cut",
                        Arrays.copyOf(ordinary("").gzip(), 100),
                        "the bundle cannot be unpacked"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatMustNotBeUsedIsRefused(String name, byte[] layer, String reason) {
        assertThatThrownBy(() -> extract(layer))
                .isInstanceOf(OciException.class)
                .hasMessageStartingWith("extract: ")
                .hasMessageContaining(reason);
    }

    private static Manifest.Artifact artifact(String... layers) {
        return new Manifest.Artifact(
                MediaTypes.MANIFEST,
                "",
                Descriptor.of("application/vnd.oci.image.config.v1+json", DATA),
                Arrays.stream(layers).map(BundleExtractionTest::layer).toList(),
                Map.of(),
                null);
    }

    private static Descriptor layer(String typeAndTitle) {
        List<String> parts = List.of(typeAndTitle.split(" ", 2));
        Descriptor plain = Descriptor.of(parts.getFirst(), typeAndTitle.getBytes(UTF_8));
        return parts.size() == 1 ? plain : plain.titled(parts.getLast());
    }

    @ParameterizedTest
    @CsvSource({
        "application/vnd.oci.image.layer.v1.tar+gzip, text/markdown",
        "application/wasm, text/markdown",
        "application/octet-stream,",
        "application/vnd.oci.image.layer.v1.tar+gzip bundle.tar.gz, application/x-tar docs.tar",
    })
    void theBundlesLayerIsFound(String first, String second) {
        var found = BundleLayer.of(second == null ? artifact(first) : artifact(second, first));
        assertThat(found.digest()).isEqualTo(Digest.of(first.getBytes(UTF_8)));
    }

    @Test
    void severalLayersOfRegoAreRefusedAndNamed() {
        String rego = "application/vnd.cncf.openpolicyagent.policy.layer.v1+rego";
        assertThatThrownBy(() -> BundleLayer.of(artifact(rego, rego + " b.rego")))
                .hasMessageContaining("it is not clear which layer is the bundle: " + rego)
                .hasMessageContaining("opa build -t wasm");
    }
}
