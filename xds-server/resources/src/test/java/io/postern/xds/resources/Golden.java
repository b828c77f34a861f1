package io.postern.xds.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that hold what a test expects; {@code -Dgolden.update=true} writes them anew. */
final class Golden {
    private Golden() {}

    static boolean updates() {
        return Boolean.getBoolean("golden.update");
    }

    /** Sees that {@code file} holds {@code actual}. */
    static void compare(Path file, String actual) throws IOException {
        if (updates()) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, actual);
        }
        var expected = Files.exists(file) ? Files.readString(file) : "";
        assertThat(actual).as("%s (made anew with -Dgolden.update=true)", file).isEqualTo(expected);
    }
}
