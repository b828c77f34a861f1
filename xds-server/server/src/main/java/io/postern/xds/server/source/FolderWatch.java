package io.postern.xds.server.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Tells that something in a folder, or in a folder in it, may have changed: once for all that
 * happens within some milliseconds, and every few seconds in any case, since links of Kubernetes'
 * volumes and network file systems change silently.
 *
 * <p>Has a virtual thread of its own.
 */
public final class FolderWatch implements AutoCloseable {
    /** Long enough for an editor that truncates, writes and renames. */
    private static final int QUIET_MILLIS = 20;

    /** Changes without a pause are read after so many quiet times anyway. */
    private static final int MOST_QUIETS = 5;

    private static final int SILENT_SECONDS = 5;

    private final Path folder;
    private final Runnable changed;
    private final WatchService service;
    private final Map<Path, WatchKey> watched = new HashMap<>();

    private FolderWatch(Path folder, Runnable changed) throws IOException {
        this.folder = folder;
        this.changed = changed;
        this.service = folder.getFileSystem().newWatchService();
    }

    /**
     * Begins.
     *
     * @param changed is called by the watch's thread
     */
    public static FolderWatch start(Path folder, Runnable changed) throws IOException {
        var watch = new FolderWatch(folder, changed);
        watch.register();
        var _ = Thread.ofVirtual().name("watch " + folder).start(watch::follow);
        return watch;
    }

    private void register() throws IOException {
        Set<Path> now = new HashSet<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path directory : (Iterable<Path>) all.filter(this::isWatched)::iterator) {
                now.add(directory);
                if (!watched.containsKey(directory)) {
                    watched.put(directory, watch(directory));
                }
            }
        } catch (NoSuchFileException | UncheckedIOException _) {
            // A folder went while it was looked into: the next event, or the next round, tells.
        }
        watched.entrySet()
                .removeIf(entry -> {
                    boolean gone = !now.contains(entry.getKey());
                    if (gone) {
                        entry.getValue().cancel();
                    }
                    return gone;
                });
    }

    private boolean isWatched(Path path) {
        for (Path step : folder.relativize(path)) {
            if (step.toString().startsWith(".")) {
                return false;
            }
        }
        return Files.isDirectory(path);
    }

    private WatchKey watch(Path directory) throws IOException {
        return directory.register(
                service,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_DELETE,
                StandardWatchEventKinds.ENTRY_MODIFY);
    }

    private void follow() {
        try {
            while (true) {
                WatchKey key = service.poll(SILENT_SECONDS, TimeUnit.SECONDS);
                for (int i = 0; key != null && i < MOST_QUIETS; i++) {
                    List<?> _ = key.pollEvents();
                    var _ = key.reset();
                    key = service.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
                }
                if (key != null) {
                    List<?> _ = key.pollEvents();
                    var _ = key.reset();
                }
                registerWhatCanBe();
                changed.run();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ClosedWatchServiceException _) {
            // what is served stays
        }
    }

    // The kernel may have no watch left to give, say: what is not told of is read every few
    // seconds.
    private void registerWhatCanBe() {
        try {
            register();
        } catch (IOException _) {
            // the next round tries again
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
