package io.postern.xds.server.rollout;

import io.postern.config.proto.rollouts.v1.Report;
import io.postern.xds.server.store.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rollouts on the disk of one server: a file for each filter. A file with a wrong checksum is left
 * out, and said. Control thread.
 */
public final class DiskRollouts implements RolloutStore {
    private final Path directory;
    private final Consumer<String> problems;
    private final Map<String, Tracked> saved = new HashMap<>();

    private DiskRollouts(Path directory, Consumer<String> problems) {
        this.directory = directory;
        this.problems = problems;
    }

    /** {@code problems} hears of damaged files. */
    public static DiskRollouts open(Path directory, Consumer<String> problems) throws IOException {
        Files.createDirectories(directory);
        var store = new DiskRollouts(directory, problems);
        store.read();
        return store;
    }

    private void read() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                if (DurableFile.isFresh(file.toString())) {
                    Files.delete(file);
                    continue;
                }
                try {
                    RolloutFile found = RolloutFile.read(Files.readAllBytes(file));
                    saved.put(found.filter(), found.tracked());
                } catch (IOException e) {
                    problems.accept("the rollout in " + file + " is lost: " + e.getMessage());
                }
            }
        }
    }

    @Override
    public Map<String, Tracked> load() {
        return Map.copyOf(saved);
    }

    @Override
    public void save(String filter, @Nullable Tracked now) throws IOException {
        if (now == null) {
            Files.deleteIfExists(file(filter));
            saved.remove(filter);
        } else if (!now.equals(saved.get(filter))) {
            DurableFile.write(file(filter), new RolloutFile(filter, now).octets());
            saved.put(filter, now);
        }
    }

    private Path file(String filter) {
        return directory.resolve(RolloutFile.name(filter));
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public boolean judges(String filter) {
        return true;
    }

    @Override
    public void leave(String filter) {}

    @Override
    public boolean tell(Report own) {
        return true; // there are no others
    }

    @Override
    public List<Report> told() {
        return List.of();
    }

    @Override
    public void follow(Runnable changed) {}

    @Override
    public void close() {}
}
