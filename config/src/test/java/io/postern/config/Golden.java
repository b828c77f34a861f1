package io.postern.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that hold what a test expects; {@code -Dgolden.update=true} writes them anew. */
public final class Golden {
    private Golden() {}

    /** Whether files are written instead of compared. */
    public static boolean updates() {
        return Boolean.getBoolean("golden.update");
    }

    /** Sees that {@code file} holds {@code actual}. */
    public static void compare(Path file, String actual) throws IOException {
        if (updates()) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, actual);
        }
        var expected = Files.exists(file) ? Files.readString(file) : "";
        assertThat(actual).as("%s (made anew with -Dgolden.update=true)", file).isEqualTo(expected);
    }
}
