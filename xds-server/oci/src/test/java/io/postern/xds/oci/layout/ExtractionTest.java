package io.postern.xds.oci.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Tars;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The module in a layer, whatever is around it. */
class ExtractionTest {
    private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final byte[] OTHER = {0, 'a', 's', 'm', 1, 0, 0, 0, 0, 1, 0};
    private static final int MIB = 1 << 20;
    private static final Limits TIGHT =
            new Limits(MIB, MIB, 4L * MIB, MIB, Duration.ofSeconds(1), Duration.ofSeconds(10));

    @TempDir Path directory = Path.of("");

    private Optional<String> extract(byte[] layer, Limits limits) throws IOException {
        Path file = Files.write(directory.resolve("layer"), layer);
        return new Extraction(limits, () -> Duration.ofSeconds(1)).module(file, module());
    }

    private Path module() {
        return directory.resolve("module");
    }

    static Stream<Arguments> layers() {
        var plain = new Tars().file("plugin.wasm", WASM);
        var noise = new byte[100_000];
        return Stream.of(
                Arguments.of("the module itself", WASM),
                Arguments.of("… in gzip", Tars.gzip(WASM)),
                Arguments.of("… in zstd", Zstd.compress(WASM)),
                Arguments.of("tar", plain.bytes()),
                Arguments.of("tar without an end", plain.unfinished()),
                Arguments.of("tar.gz", plain.gzip()),
                Arguments.of("tar.zst", plain.zstd()),
                Arguments.of("./plugin.wasm", new Tars().file("./plugin.wasm", WASM).gzip()),
                Arguments.of(
                        "deep, among others",
                        new Tars()
                                .entry("opt/", '5', new byte[0], 0)
                                .file("etc/passwd", noise)
                                .link("bin/sh")
                                .file("a.wasm", OTHER)
                                .file("opt/x/plugin.wasm", WASM)
                                .file("b.wasm", OTHER)
                                .gzip()),
                Arguments.of(
                        "another name", new Tars().file("a", noise).file("auth.wasm", WASM).gzip()),
                Arguments.of(
                        "pax name",
                        new Tars().pax("path", "long/plugin.wasm").file("x", WASM).gzip()),
                Arguments.of(
                        "GNU long name",
                        new Tars()
                                .entry(
                                        "././@LongLink",
                                        'L',
                                        "d/plugin.wasm\0".getBytes(StandardCharsets.UTF_8),
                                        14)
                                .file("x", WASM)
                                .gzip()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void theModuleIsFound(String name, byte[] layer) throws IOException {
        assertThat(extract(layer, TIGHT)).isPresent();
        assertThat(module()).hasBinaryContent(WASM);
    }

    @Test
    void aLayerWithoutOneIsNoError() throws IOException {
        assertThat(extract(new Tars().file("readme.md", OTHER).gzip(), TIGHT)).isEmpty();
        assertThat(extract("# readme".getBytes(StandardCharsets.UTF_8), TIGHT)).isEmpty();
        assertThat(extract(new byte[0], TIGHT)).isEmpty();
    }

    static Stream<Arguments> refused() {
        byte[] large = Arrays.copyOf(WASM, 2 * MIB);
        byte[] cut = new Tars().file("plugin.wasm", Arrays.copyOf(WASM, MIB / 2)).gzip();
        return Stream.of(
                Arguments.of(
                        "out",
                        new Tars().file("../plugin.wasm", WASM).gzip(),
                        "leads out of the archive"),
                Arguments.of("link", new Tars().link("plugin.wasm").gzip(), "is a link"),
                Arguments.of(
                        "two",
                        new Tars().file("a.wasm", WASM).file("b.wasm", WASM).gzip(),
                        "is not the only module"),
                Arguments.of(
                        "deleted",
                        new Tars().file(".wh.plugin.wasm", new byte[0]).gzip(),
                        "is deleted"),
                Arguments.of(
                        "text",
                        new Tars().file("plugin.wasm", new byte[99]).gzip(),
                        "is no WebAssembly module"),
                Arguments.of(
                        "large",
                        new Tars().file("plugin.wasm", large).gzip(),
                        "has over 1048576 bytes"),
                Arguments.of(
                        "bomb",
                        new Tars().file("x", new byte[8 * MIB]).gzip(),
                        "unpacks to over 4194304 bytes"),
                Arguments.of(
                        "bomb in zstd",
                        new Tars().file("x", new byte[8 * MIB]).zstd(),
                        "unpacks to over"),
                Arguments.of(
                        "a header that claims more",
                        new Tars().entry("plugin.wasm", '0', WASM, 1 << 19).bytes(),
                        "the tar ends inside a file"),
                Arguments.of(
                        "a skipped file that claims 8 GiB",
                        new Tars().entry("x", '0', WASM, (1L << 33) - 1).bytes(),
                        "the tar ends inside a file"),
                Arguments.of("cut gzip", Arrays.copyOf(cut, cut.length - 50), "cannot be unpacked"),
                Arguments.of(
                        "a pax header of 512 MiB",
                        new Tars().entry("PaxHeader", 'x', new byte[9], 1 << 29).gzip(),
                        "a header of 536870912 bytes"),
                Arguments.of(
                        "a negative size",
                        new Tars().pax("size", "-5").file("plugin.wasm", WASM).gzip(),
                        "a size that is no number"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatMustNotBeUsedIsRefused(String name, byte[] layer, String reason) {
        assertThatThrownBy(() -> extract(layer, TIGHT))
                .isInstanceOf(OciException.class)
                .hasMessageStartingWith("extract: ")
                .hasMessageContaining(reason);
    }
}
