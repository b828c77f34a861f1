package io.postern.app;

import java.nio.file.Path;

/** Where Postern keeps what it can make again: {@code $POSTERN_CACHE}, or as XDG says. */
public final class CacheDirectory {
    private CacheDirectory() {}

    /** Of this process; it need not exist. */
    public static Path path() {
        String given = System.getenv("POSTERN_CACHE");
        if (given != null && !given.isEmpty()) {
            return Path.of(given);
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base =
                xdg == null || xdg.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(xdg);
        return base.resolve("postern");
    }
}
