package io.postern.filters.wasm.engine;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Files of caches: readable and writable by their owner only, and there whole or not at all, also
 * when several processes write the same one.
 */
public final class CacheFile {
    /** What is in it. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it. */
        void to(Path file) throws IOException;
    }

    private CacheFile() {}

    /**
     * Replaces a file, whose folder is made if it is not there.
     *
     * @throws UnsupportedOperationException where files have no POSIX rights
     */
    public static void write(Path file, Content content) throws IOException {
        Path directory = requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory.getParent());
            Files.createDirectory(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        Path fresh = Files.createTempFile(directory, "fresh", ".tmp"); // owner only
        try {
            content.to(fresh);
            try {
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException _) {
                Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
