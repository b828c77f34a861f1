package io.postern.xds.oci.store;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Modules on disk, by their sha256: {@code blobs/sha256/HEX}, and what references stood for: {@code
 * refs/HEX.json}. Content is compared with its name whenever it is read; a file that is not what
 * its name says is removed. Files appear whole or not at all, and only their owner may read them.
 *
 * <p>Several processes may use one directory: nothing is changed in place, and the sweep spares
 * what is younger than an hour. Thread-safe; blocks: control threads only.
 */
public final class ContentStore {
    private static final Duration YOUNG = Duration.ofHours(1);
    private static final String OWNER_ONLY = "rwx------";

    private final Path blobs;
    private final Path references;
    private final Path incoming;
    private final long mostBytes;
    private final Clock clock;

    /**
     * Opens the store in {@code root}, which is made if it is not there.
     *
     * @param mostBytes of all content; beyond it the sweep removes what was used longest ago
     */
    public ContentStore(Path root, long mostBytes, Clock clock) {
        this.mostBytes = mostBytes;
        this.clock = clock;
        this.blobs = root.resolve("blobs").resolve("sha256");
        this.references = root.resolve("refs");
        this.incoming = root.resolve("incoming");
        for (Path directory : List.of(root, root.resolve("blobs"), blobs, references, incoming)) {
            make(directory);
        }
    }

    private static void make(Path directory) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        try {
            if (Files.isDirectory(directory)) {
                return;
            }
            if (posix) {
                var owner = PosixFilePermissions.fromString(OWNER_ONLY);
                Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(owner));
            } else {
                Files.createDirectories(directory);
            }
        } catch (IOException e) {
            throw failed(directory + " cannot be made", e);
        }
    }

    /** Where pulls write, so that what is pulled only needs another name. */
    public Path incoming() {
        return incoming;
    }

    /**
     * Keeps {@code file}, which is moved, and what its reference stands for.
     *
     * @throws OciException when the disk does not take it: then nothing has changed
     */
    public void keep(Path file, Kept kept) {
        try {
            if (!Digest.of(file).equals(kept.content())) {
                throw new OciException(
                        Step.STORE, file + " changed on its way", "look for another writer");
            }
            Files.move(file, blob(kept.content()), StandardCopyOption.ATOMIC_MOVE);
            Path record = Files.createTempFile(incoming, "ref", ".part");
            Files.write(record, kept.json());
            Files.move(
                    record,
                    record(kept.name()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed("the store does not take " + kept.name(), e);
        }
    }

    /** What a reference last stood for, if its content is still there and whole. */
    public Optional<Kept> find(String name) {
        try {
            Kept kept = Kept.read(Files.readAllBytes(record(name)));
            return kept.name().equals(name) ? Optional.of(kept) : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException _) {
            // a record that cannot be read is one that is not there: it is pulled again
            return Optional.empty();
        }
    }

    /** Content by its digest, compared with it; nothing when it is not there or not whole. */
    public Optional<byte[]> read(Digest content) {
        Path blob = blob(content);
        try {
            byte[] octets = Files.readAllBytes(blob);
            if (!Digest.of(octets).equals(content)) {
                Files.deleteIfExists(blob);
                return Optional.empty();
            }
            Files.setLastModifiedTime(blob, FileTime.from(clock.instant()));
            return Optional.of(octets);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** What a sweep did. */
    public record Swept(int removed, long bytesKept) {}

    /**
     * Forgets references that are not in {@code used} and content that none stands for; beyond the
     * bound also what is used, the longest unused first, but never what is in {@code used}.
     */
    public Swept sweep(Set<String> used) {
        try {
            Set<Digest> live = new HashSet<>();
            Set<Digest> pinned = new HashSet<>();
            for (Path file : files(references)) {
                Optional<Kept> kept = readable(file);
                boolean wanted = kept.isPresent() && used.contains(kept.get().name());
                if (wanted) {
                    pinned.add(kept.get().content());
                }
                if (wanted || (kept.isPresent() && isYoung(file))) {
                    live.add(kept.get().content());
                } else {
                    Files.deleteIfExists(file);
                }
            }
            return sweepBlobs(live, pinned);
        } catch (IOException e) {
            throw failed("the store cannot be swept", e);
        }
    }

    private Swept sweepBlobs(Set<Digest> live, Set<Digest> pinned) throws IOException {
        int removed = 0;
        for (Path part : files(incoming)) {
            removed += isYoung(part) ? 0 : delete(part);
        }
        var left = new ArrayList<Path>();
        long bytes = 0;
        for (Path blob : files(blobs)) {
            if (names(live, blob) || isYoung(blob)) {
                left.add(blob);
                bytes += Files.size(blob);
            } else {
                removed += delete(blob);
            }
        }
        left.sort(Comparator.comparing(ContentStore::touched));
        for (Path blob : left) {
            if (bytes > mostBytes && !names(pinned, blob)) {
                bytes -= Files.size(blob);
                removed += delete(blob);
            }
        }
        return new Swept(removed, bytes);
    }

    private static boolean names(Set<Digest> digests, Path blob) {
        String name = blob.getFileName().toString();
        return digests.stream().anyMatch(digest -> digest.hex().equals(name));
    }

    private boolean isYoung(Path file) {
        return touched(file).isAfter(clock.instant().minus(YOUNG));
    }

    private static Instant touched(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (NoSuchFileException _) {
            return Instant.EPOCH;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int delete(Path file) throws IOException {
        return Files.deleteIfExists(file) ? 1 : 0;
    }

    private static Optional<Kept> readable(Path file) throws IOException {
        try {
            return Optional.of(Kept.read(Files.readAllBytes(file)));
        } catch (NoSuchFileException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private Path blob(Digest digest) {
        return blobs.resolve(digest.hex());
    }

    private Path record(String name) {
        return references.resolve(Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex() + ".json");
    }

    private static OciException failed(String what, IOException cause) {
        return new OciException(
                Step.STORE,
                what + ": " + cause.getMessage(),
                "free some disk space, or check who owns the directory",
                cause);
    }
}
