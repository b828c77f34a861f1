package io.postern.xds.oci.layout;

import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.Text;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gets a module out of a layer: the layer is the module, or a tar with one {@code .wasm} in it, or
 * one of the two compressed. Only the module is written to disk. Thread-safe: immutable.
 *
 * @param left how much time there is
 */
public record Extraction(Limits limits, Supplier<Duration> left) {
    private static final String MODULE = "plugin.wasm";
    private static final String WHITEOUT = ".wh." + MODULE;
    private static final byte[] WASM_MAGIC = {0, 'a', 's', 'm'};
    private static final int HEAD = 512;

    /**
     * Writes the module to {@code into}.
     *
     * @return how it was found; nothing: there is none in this layer
     * @throws OciException when there is something of that name which cannot be used
     */
    public Optional<String> module(Path layer, Path into) {
        try (InputStream file = Files.newInputStream(layer);
                BufferedInputStream content = Unpacking.of(file, limits.unpackedBytes(), left)) {
            content.mark(HEAD);
            byte[] head = content.readNBytes(HEAD);
            content.reset();
            if (Arrays.equals(Arrays.copyOf(head, WASM_MAGIC.length), WASM_MAGIC)) {
                write(content, MODULE, into);
                return Optional.of("module");
            }
            return TarReader.startsTar(head)
                    ? fromTar(new TarReader(content), into)
                    : Optional.empty();
        } catch (IOException e) {
            throw new OciException(
                    Step.EXTRACT,
                    "the layer cannot be unpacked: " + Text.shown(String.valueOf(e.getMessage())),
                    "push the artifact again",
                    e);
        }
    }

    /** {@code plugin.wasm} in whichever directory; without one, the only file {@code *.wasm}. */
    private Optional<String> fromTar(TarReader tar, Path into) throws IOException {
        Optional<String> other = Optional.empty();
        for (var at = tar.next(); at.isPresent(); at = tar.next()) {
            TarReader.Entry entry = at.get();
            String name = entry.name().substring(entry.name().lastIndexOf('/') + 1);
            if (name.equals(WHITEOUT)) {
                throw unusable(entry, "is deleted by the image's last layers", "push it again");
            }
            if (!name.endsWith(".wasm") || entry.kind() == TarReader.Kind.OTHER) {
                continue;
            }
            boolean wanted = name.equals(MODULE);
            if (!wanted && other.isPresent()) {
                throw unusable(
                        entry,
                        "is not the only module, and none is " + MODULE,
                        "name one " + MODULE);
            }
            check(entry);
            write(tar.content(), entry.name(), into);
            if (wanted) {
                return Optional.of("tar: " + Text.shown(entry.name()));
            }
            other = Optional.of("tar: " + Text.shown(entry.name()));
        }
        return other;
    }

    private void check(TarReader.Entry entry) {
        if (entry.kind() == TarReader.Kind.LINK) {
            throw unusable(entry, "is a link", "push the file itself");
        }
        if (Arrays.asList(entry.name().split("/", -1)).contains("..")) {
            throw unusable(entry, "leads out of the archive", "push it without ..");
        }
    }

    private void write(InputStream content, String name, Path into) throws IOException {
        byte[] start = content.readNBytes(WASM_MAGIC.length);
        if (!Arrays.equals(start, WASM_MAGIC)) {
            throw new OciException(
                    Step.EXTRACT,
                    Text.shown(name) + " is no WebAssembly module: it does not start with \\0asm",
                    "push a compiled module");
        }
        try (OutputStream out = Files.newOutputStream(into)) {
            out.write(start);
            long written = start.length;
            byte[] chunk = new byte[1 << 16];
            for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
                written += read;
                if (written > limits.moduleBytes()) {
                    throw new OciException(
                            Step.EXTRACT,
                            Text.shown(name) + " has over " + limits.moduleBytes() + " bytes",
                            "strip the module, or allow more");
                }
                out.write(chunk, 0, read);
            }
        }
    }

    private static OciException unusable(TarReader.Entry entry, String why, String cure) {
        return new OciException(
                Step.EXTRACT, "'" + Text.shown(entry.name()) + "' in the layer " + why, cure);
    }
}
