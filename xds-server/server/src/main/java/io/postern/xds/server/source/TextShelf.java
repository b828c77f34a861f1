package io.postern.xds.server.source;

import io.postern.xds.server.store.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The last texts of files without an error, on disk: what a document was before an error that a
 * restart finds.
 *
 * <p>Control thread.
 */
final class TextShelf {
    private final Path directory;
    private final Map<String, String> kept = new HashMap<>();

    private TextShelf(Path directory) {
        this.directory = directory;
    }

    static TextShelf open(Path directory) throws IOException {
        Files.createDirectories(directory);
        var shelf = new TextShelf(directory);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (DurableFile.isFresh(name)) {
                    Files.delete(file);
                } else {
                    shelf.kept.put(name(name), Files.readString(file));
                }
            }
        }
        return shelf;
    }

    // A path of any length and any characters cannot be a file's name: hex in parts of it is one.
    private static String encoded(String name) {
        return HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8));
    }

    private static String name(String encoded) {
        return new String(HexFormat.of().parseHex(encoded), StandardCharsets.UTF_8);
    }

    /** By file. */
    Map<String, String> texts() {
        return new TreeMap<>(kept);
    }

    /** Keeps those of {@code texts} that are {@code faultless}, and forgets files that are gone. */
    void keep(Map<String, String> texts, Set<String> faultless) throws IOException {
        for (String file : faultless) {
            String text = texts.get(file);
            if (text != null && !text.equals(kept.get(file))) {
                write(file, text);
                kept.put(file, text);
            }
        }
        for (String file : Set.copyOf(kept.keySet())) {
            if (!texts.containsKey(file)) {
                Files.deleteIfExists(directory.resolve(encoded(file)));
                kept.remove(file);
            }
        }
    }

    private void write(String file, String text) throws IOException {
        String name = encoded(file);
        if (name.length() > 250) {
            return; // no file system takes it: this one has no older version after a restart
        }
        DurableFile.write(directory.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }
}
