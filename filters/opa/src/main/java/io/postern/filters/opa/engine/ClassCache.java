package io.postern.filters.opa.engine;

import com.dylibso.chicory.compiler.Cache;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Compiled policies on disk, one file per module and engine version, so that the second start does
 * not compile. What is in these files is run as code: the directory is made for its owner alone and
 * is not used when others may write to it. Thread-safe; control threads.
 */
final class ClassCache implements Cache {
    private static final int MOST_FILES = 64;
    private static final long MOST_BYTES = 64L << 20;

    private final Path directory;
    private final String version;

    ClassCache(Path directory) {
        this.directory = directory;
        String engine = MachineFactoryCompiler.class.getPackage().getImplementationVersion();
        this.version = engine == null ? "unversioned" : engine;
    }

    @Override
    public byte @Nullable [] get(String key) throws IOException {
        var file = file(key);
        try {
            if (!isPrivate() || Files.size(file) > MOST_BYTES) {
                return null;
            }
            byte[] stored = Files.readAllBytes(file);
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return stored;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public void putIfAbsent(String key, byte[] data) throws IOException {
        if (!Files.isDirectory(directory)) {
            var forOwner = PosixFilePermissions.fromString("rwx------");
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(forOwner));
        }
        if (!isPrivate()) {
            return;
        }
        var part = Files.createTempFile(directory, "compiling", ".part");
        try {
            Files.write(part, data);
            Files.move(part, file(key), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("cache directory " + directory + " cannot rename files", e);
        } finally {
            Files.deleteIfExists(part);
        }
        dropOldest();
    }

    private boolean isPrivate() throws IOException {
        var permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(directory));
        return permissions.charAt(4) != 'w' && permissions.charAt(7) != 'w';
    }

    private void dropOldest() throws IOException {
        try (var files = Files.list(directory)) {
            var byAge =
                    files.filter(file -> file.toString().endsWith(".jar"))
                            .sorted(Comparator.comparingLong(file -> -file.toFile().lastModified()))
                            .toList();
            for (var file : byAge.subList(Math.min(MOST_FILES, byAge.size()), byAge.size())) {
                Files.deleteIfExists(file);
            }
        }
    }

    private Path file(String key) {
        return directory.resolve(version + "-" + key.replaceAll("[^A-Za-z0-9]", "-") + ".jar");
    }
}
