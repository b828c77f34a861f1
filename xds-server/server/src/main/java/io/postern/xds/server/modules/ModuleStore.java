package io.postern.xds.server.modules;

import io.postern.xds.resources.PluginSource.Code;
import io.postern.xds.server.store.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Modules that nodes are told to fetch, in files named by their sha256. A module is on disk before
 * a resource that names it is published, and stays at least as long as documents refer to it, so
 * that a restart, or a registry that is gone, takes nothing away from nodes.
 *
 * <p>{@link #keep} on the control thread; {@link #find} is thread-safe.
 */
public final class ModuleStore {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final Path directory;
    private final long mostOctets;
    private final Clock clock;

    /**
     * @param mostOctets of all modules; beyond it those go that no document has needed for longest
     */
    public ModuleStore(Path directory, long mostOctets, Clock clock) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.mostOctets = mostOctets;
        this.clock = clock;
    }

    /** Where a module is; null: it is not kept. */
    public @Nullable Path find(String sha256) {
        if (!DIGEST.matcher(sha256).matches()) {
            return null; // nothing else is the name of a file here
        }
        Path file = directory.resolve(sha256);
        return Files.isRegularFile(file) ? file : null;
    }

    /** Keeps all of these, and of others what there is room for. */
    public void keep(Collection<Code> modules) throws IOException {
        Set<String> needed = new TreeSet<>();
        boolean grew = false;
        for (Code module : modules) {
            if (needed.add(module.sha256())) {
                grew |= keep(module);
            }
        }
        if (grew) {
            prune(needed);
        }
    }

    private boolean keep(Code module) throws IOException {
        Path file = directory.resolve(module.sha256());
        if (Files.isRegularFile(file) && Files.size(file) == module.bytes().length) {
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
            return false;
        }
        DurableFile.write(file, module.bytes());
        Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
        return true;
    }

    private void prune(Set<String> needed) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = new ArrayList<>(all.toList());
        }
        long octets = 0;
        for (Path file : files) {
            octets += Files.size(file);
        }
        files.removeIf(file -> needed.contains(file.getFileName().toString()));
        files.sort(Comparator.comparingLong(file -> file.toFile().lastModified()));
        for (Path file : files) {
            if (octets > mostOctets || DurableFile.isFresh(file.toString())) {
                octets -= Files.size(file);
                Files.delete(file);
            }
        }
    }
}
