package io.postern.app.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory for files on their way. */
final class Scratch {
    private Scratch() {}

    /** Removes it and the files in it. */
    static void delete(Path directory) throws IOException {
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }
}
