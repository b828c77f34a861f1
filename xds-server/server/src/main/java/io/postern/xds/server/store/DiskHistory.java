package io.postern.xds.server.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
public final class DiskHistory implements History {
    private static final String ENDING = ".revision";

    private final Path directory;
    private final TreeMap<Long, Path> files = new TreeMap<>();
    private Revision newest = Revision.NONE;

    private DiskHistory(Path directory) {
        this.directory = directory;
    }

    /**
     * Opens it and reads the newest revision. Files that are damaged are put aside.
     *
     * @param log hears of them
     */
    public static DiskHistory open(Path directory, Consumer<String> log) throws IOException {
        Files.createDirectories(directory);
        var history = new DiskHistory(directory);
        history.list();
        history.readNewest(log);
        return history;
    }

    private void list() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                String name = file.getFileName().toString();
                if (DurableFile.isFresh(name)) {
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

    @Override
    public Revision newest() {
        return newest;
    }

    @Override
    public @Nullable Revision find(long number) throws IOException {
        Path file = files.get(number);
        return file == null ? null : RevisionFile.read(Files.readAllBytes(file));
    }

    @Override
    public List<Revision> all() throws IOException {
        List<Revision> all = new ArrayList<>();
        for (Path file : files.values()) {
            all.add(RevisionFile.read(Files.readAllBytes(file)));
        }
        return all;
    }

    @Override
    public void append(Revision revision) throws IOException {
        if (revision.number() != newest.number() + 1) {
            throw new IllegalArgumentException(
                    "bug: revision " + revision.number() + " after " + newest.number());
        }
        byte[] octets = RevisionFile.write(revision);
        Path file = directory.resolve(String.format("%010d", revision.number()) + ENDING);
        DurableFile.write(file, octets);
        files.put(revision.number(), file);
        newest = revision;
        prune();
    }

    private void prune() throws IOException {
        long octets = 0;
        for (Path file : files.values()) {
            octets += Files.size(file);
        }
        while (Bounds.exceeded(files.size(), octets)) {
            Path oldest = files.firstEntry().getValue();
            octets -= Files.size(oldest);
            Files.delete(oldest);
            files.pollFirstEntry();
        }
    }

    @Override
    public boolean catchUp() {
        return false;
    }

    @Override
    public void follow(Runnable changed) {
        // Nobody else writes here.
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public StoreState state() {
        return new StoreState(directory.toString(), true, "", 0);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
