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
import java.util.zip.GZIPOutputStream;

/**
 * Gets an OPA bundle out of a layer. It is read to its end first: a bundle without a compiled
 * policy, or one that unpacks to more than is allowed, never leaves here. What comes out is always
 * a tar.gz (whatever the layer was compressed with), or the compiled policy alone. Thread-safe:
 * immutable.
 *
 * @param left how much time there is
 */
public record BundleExtraction(Limits limits, Supplier<Duration> left) {
    private static final String POLICY = "policy.wasm";
    private static final String BUILD = "build it with opa build -t wasm -e ENTRYPOINT";
    private static final byte[] WASM_MAGIC = {0, 'a', 's', 'm'};
    private static final byte[] GZIP_MAGIC = {0x1f, (byte) 0x8b};
    private static final int HEAD = 512;

    /**
     * Writes the bundle to {@code into}.
     *
     * @return how it was found; nothing: the layer is no bundle
     * @throws OciException when it is one that cannot be used
     */
    public Optional<String> bundle(Path layer, Path into) {
        try {
            byte[] head = head(layer);
            if (startsWith(head, WASM_MAGIC)) {
                write(layer, into, false);
                return Optional.of("compiled policy");
            }
            if (!TarReader.startsTar(head)) {
                return Optional.empty();
            }
            find(layer);
            write(layer, into, true);
            return Optional.of("bundle");
        } catch (IOException e) {
            throw new OciException(
                    Step.EXTRACT,
                    "the bundle cannot be unpacked: " + Text.shown(String.valueOf(e.getMessage())),
                    "push the artifact again",
                    e);
        }
    }

    private BufferedInputStream open(InputStream file) throws IOException {
        return Unpacking.of(file, limits.unpackedBytes(), left);
    }

    private byte[] head(Path layer) throws IOException {
        try (InputStream file = Files.newInputStream(layer);
                InputStream content = open(file)) {
            return content.readNBytes(HEAD);
        }
    }

    private void find(Path layer) throws IOException {
        try (InputStream file = Files.newInputStream(layer);
                InputStream content = open(file)) {
            var tar = new TarReader(content);
            boolean found = false;
            for (var at = tar.next(); at.isPresent(); at = tar.next()) {
                TarReader.Entry entry = at.get();
                if (name(entry).equals(POLICY)) {
                    check(entry, tar, found);
                    found = true;
                }
            }
            if (!found) {
                throw new OciException(Step.EXTRACT, "the bundle has no /" + POLICY, BUILD);
            }
        }
    }

    // As opa writes it: at the top, with or without a slash.
    private static String name(TarReader.Entry entry) {
        String name = entry.name();
        int begin = name.startsWith("./") ? 2 : 0;
        while (begin < name.length() && name.charAt(begin) == '/') {
            begin++;
        }
        return name.substring(begin);
    }

    private static void check(TarReader.Entry entry, TarReader tar, boolean again)
            throws IOException {
        String wrong = "";
        if (entry.kind() != TarReader.Kind.FILE) {
            wrong = "is no file";
        } else if (again) {
            wrong = "is there twice";
        } else if (!Arrays.equals(tar.content().readNBytes(WASM_MAGIC.length), WASM_MAGIC)) {
            wrong = "is no WebAssembly module: it does not start with \\0asm";
        }
        if (!wrong.isEmpty()) {
            String name = "'" + Text.shown(entry.name()) + "'";
            throw new OciException(Step.EXTRACT, name + " in the bundle " + wrong, BUILD);
        }
    }

    /** A layer that is a tar.gz stays octet by octet what it is. */
    private void write(Path layer, Path into, boolean tar) throws IOException {
        try (InputStream file = Files.newInputStream(layer)) {
            if (tar && startsWith(Files.newInputStream(layer), GZIP_MAGIC)) {
                copy(file, into, false);
                return;
            }
            try (InputStream content = open(file)) {
                copy(content, into, tar);
            }
        }
    }

    private void copy(InputStream from, Path into, boolean compressed) throws IOException {
        try (OutputStream out = Files.newOutputStream(into);
                OutputStream packed = compressed ? new GZIPOutputStream(out) : out) {
            byte[] chunk = new byte[1 << 16];
            long copied = 0;
            for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
                copied += read;
                if (copied > limits.moduleBytes()) {
                    throw new OciException(
                            Step.EXTRACT,
                            "the bundle has over " + limits.moduleBytes() + " bytes",
                            "take data out of it that the policy does not need");
                }
                packed.write(chunk, 0, read);
            }
        }
    }

    private static boolean startsWith(byte[] octets, byte[] magic) {
        return Arrays.equals(Arrays.copyOf(octets, magic.length), magic);
    }

    private static boolean startsWith(InputStream stream, byte[] magic) throws IOException {
        try (stream) {
            return startsWith(stream.readNBytes(magic.length), magic);
        }
    }
}
