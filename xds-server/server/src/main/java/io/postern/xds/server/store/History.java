package io.postern.xds.server.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was published, newest last, each in a file of its own that is never changed. When {@link
 * #append} returns, the revision has reached the disk, and nothing that happens to this process or
 * this machine takes it away.
 *
 * <p>Bounded by number and by octets; the two newest ones always stay. Control thread.
 */
public final class History {
    private static final int MOST = 50;
    private static final long MOST_OCTETS = 256L << 20;
    private static final int ALWAYS = 2;
    private static final String ENDING = ".revision";

    private final Path directory;
    private final TreeMap<Long, Path> files = new TreeMap<>();
    private Revision newest = Revision.NONE;

    private History(Path directory) {
        this.directory = directory;
    }

    /**
     * Opens it and reads the newest revision. Files that are damaged are put aside.
     *
     * @param log hears of them
     */
    public static History open(Path directory, Consumer<String> log) throws IOException {
        Files.createDirectories(directory);
        var history = new History(directory);
        history.list();
        history.readNewest(log);
        return history;
    }

    private void list() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".tmp")) {
                    Files.delete(file); // a crash while it was written: it was never acknowledged
                } else if (name.endsWith(ENDING)) {
                    files.put(number(name), file);
                }
            }
        }
    }

    private static long number(String name) throws IOException {
        try {
            return Long.parseLong(name.substring(0, name.length() - ENDING.length()));
        } catch (NumberFormatException e) {
            throw new IOException("not a revision: " + name, e);
        }
    }

    private void readNewest(Consumer<String> log) throws IOException {
        while (!files.isEmpty()) {
            Path file = files.lastEntry().getValue();
            try {
                newest = RevisionFile.read(Files.readAllBytes(file));
                return;
            } catch (IOException e) {
                log.accept(file + ": " + e.getMessage() + "; put aside");
                Files.move(file, Path.of(file + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
                files.pollLastEntry();
            }
        }
    }

    /** What was published last; {@link Revision#NONE} at first. */
    public Revision newest() {
        return newest;
    }

    /** A revision by its number; null when it is not kept. */
    public @Nullable Revision find(long number) throws IOException {
        Path file = files.get(number);
        return file == null ? null : RevisionFile.read(Files.readAllBytes(file));
    }

    /** Everything that is kept, oldest first. */
    public List<Revision> all() throws IOException {
        List<Revision> all = new ArrayList<>();
        for (Path file : files.values()) {
            all.add(RevisionFile.read(Files.readAllBytes(file)));
        }
        return all;
    }

    /** Keeps a revision. */
    public void append(Revision revision) throws IOException {
        if (revision.number() != newest.number() + 1) {
            throw new IllegalArgumentException(
                    "bug: revision " + revision.number() + " after " + newest.number());
        }
        byte[] octets = RevisionFile.write(revision);
        String name = String.format("%010d", revision.number()) + ENDING;
        Path file = directory.resolve(name);
        Path fresh = directory.resolve(name + ".tmp");
        try (var out =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            var buffer = java.nio.ByteBuffer.wrap(octets);
            while (buffer.hasRemaining()) {
                var _ = out.write(buffer);
            }
            out.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            throw e;
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (var folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true); // the name, too
        }
        files.put(revision.number(), file);
        newest = revision;
        prune();
    }

    private void prune() throws IOException {
        long octets = 0;
        for (Path file : files.values()) {
            octets += Files.size(file);
        }
        while (files.size() > ALWAYS && (files.size() > MOST || octets > MOST_OCTETS)) {
            Path oldest = files.firstEntry().getValue();
            octets -= Files.size(oldest);
            Files.delete(oldest);
            files.pollFirstEntry();
        }
    }
}
