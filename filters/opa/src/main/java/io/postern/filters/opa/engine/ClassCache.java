package io.postern.filters.opa.engine;

import static java.lang.System.Logger.Level.WARNING;

import com.dylibso.chicory.compiler.Cache;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Compiled policies on disk, one file per module and compiler, so that the second start does not
 * compile. What is in these files is run as code: a directory or file that is another user's, or
 * that others may write to, counts as absent, and so does a damaged file. A failure costs speed and
 * nothing else. Thread-safe; control threads.
 */
final class ClassCache implements Cache {
    private static final System.Logger LOG = System.getLogger(ClassCache.class.getName());
    private static final int MOST_FILES = 64;
    private static final long MOST_BYTES = 64L << 20;
    private static final int DIGEST_BYTES = 32;

    // Tell compilers apart by what they are; their jars carry no version that can be relied on.
    private static final List<String> COMPILER_PARTS =
            List.of("Compiler", "Emitters", "EmitterMap", "Shaded", "WasmAnalyzer");

    private final Path directory;
    private final String compiler;

    ClassCache(Path directory) {
        this.directory = directory.toAbsolutePath();
        this.compiler = compilerId();
    }

    @Override
    public byte @Nullable [] get(String key) {
        var file = file(key);
        try {
            if (!Files.exists(file) || !isOurs(directory) || !isOurs(file)) {
                return null;
            }
            if (Files.size(file) > MOST_BYTES) {
                return null;
            }
            byte[] stored = Files.readAllBytes(file);
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return payload(stored);
        } catch (IOException e) {
            LOG.log(WARNING, "compiled policy " + file + " cannot be read, compiling again: " + e);
            return null;
        }
    }

    @Override
    public void putIfAbsent(String key, byte[] data) {
        try {
            var forOwner = PosixFilePermissions.fromString("rwx------");
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(forOwner));
            if (isOurs(directory)) {
                var part = Files.createTempFile(directory, "compiling", ".part");
                Files.write(part, sealed(data));
                Files.move(part, file(key), StandardCopyOption.ATOMIC_MOVE);
                dropOldest();
            }
        } catch (IOException e) {
            LOG.log(WARNING, "compiled policy cannot be kept in " + directory + ": " + e);
        }
    }

    private static byte[] sealed(byte[] payload) {
        return ByteBuffer.allocate(DIGEST_BYTES + payload.length)
                .put(HexFormat.of().parseHex(PolicyModules.digest(payload)))
                .put(payload)
                .array();
    }

    private static byte @Nullable [] payload(byte[] stored) {
        if (stored.length < DIGEST_BYTES) {
            return null;
        }
        byte[] payload = Arrays.copyOfRange(stored, DIGEST_BYTES, stored.length);
        byte[] digest = HexFormat.of().parseHex(PolicyModules.digest(payload));
        return Arrays.equals(digest, Arrays.copyOf(stored, DIGEST_BYTES)) ? payload : null;
    }

    private static boolean isOurs(Path path) throws IOException {
        var attributes = Files.readAttributes(path, PosixFileAttributes.class);
        var permissions = attributes.permissions();
        return attributes.owner().getName().equals(System.getProperty("user.name"))
                && !permissions.contains(PosixFilePermission.GROUP_WRITE)
                && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
    }

    private void dropOldest() throws IOException {
        try (var files = Files.list(directory)) {
            var byAge =
                    files.filter(Files::isRegularFile)
                            .sorted(Comparator.comparingLong(file -> -file.toFile().lastModified()))
                            .toList();
            for (var file : byAge.subList(Math.min(MOST_FILES, byAge.size()), byAge.size())) {
                Files.deleteIfExists(file);
            }
        }
    }

    private Path file(String key) {
        return directory.resolve(compiler + "-" + key.replaceAll("[^A-Za-z0-9]", "-") + ".jar");
    }

    private static String compilerId() {
        var checksum = new CRC32(); // not for security: the seal and the permissions are
        for (String part : COMPILER_PARTS) {
            String name = "internal/" + part + ".class";
            try (var file = Cache.class.getResourceAsStream(name)) {
                if (file != null) {
                    checksum.update(file.readAllBytes());
                }
            } catch (IOException e) {
                LOG.log(WARNING, "compiler part " + name + " cannot be read: " + e);
            }
        }
        return Long.toHexString(checksum.getValue());
    }
}
