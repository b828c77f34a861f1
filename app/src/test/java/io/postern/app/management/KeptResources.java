package io.postern.app.management;

import io.postern.app.CacheDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The last good resources of a node, on the disk of whoever runs the tests. */
public final class KeptResources {
    private KeptResources() {}

    /** Where the last good resources of a node are kept; empty: nowhere. */
    private static List<Path> kept(String node) throws IOException {
        Path folder = Files.createDirectories(CacheDirectory.path().resolve("last-good"));
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().contains("_" + node + "-"))
                    .toList();
        }
    }

    /** What other runs have left on disk is not served. */
    public static void forget(String node) throws IOException {
        for (Path file : kept(node)) {
            Files.delete(file);
        }
    }
}
