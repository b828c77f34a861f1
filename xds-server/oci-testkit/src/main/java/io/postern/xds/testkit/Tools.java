package io.postern.xds.testkit;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The programs that tests run, installed once into the user's cache, by version: oras, h2spec and a
 * small registry are built by Go, Debian's docker-registry is unpacked, not installed. cosign takes
 * minutes to build: it is used where it is in the cache, or with {@code -Dpostern.cosign=install}.
 */
public final class Tools {
    private static final String ORAS = "oras.land/oras/cmd/oras@v1.3.6";
    private static final String COSIGN = "github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3";
    // the newest that Go's module proxy has; h2spec's later tags cannot be had as a module
    private static final String H2SPEC =
            "github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible";
    private static final String REGISTRY = "registry-0.21.7-1";
    private static final long INSTALL_MINUTES_MAX = 10;

    /** Either a program or the reason why there is none. */
    public sealed interface Found {
        /** It is there. */
        record At(Path program) implements Found {}

        /** It is not. */
        record Missing(String reason) implements Found {}

        /** The program; without it the test is skipped, and says why. */
        default Path orSkip() {
            return switch (this) {
                case At at -> at.program();
                case Missing missing -> {
                    System.out.println("SKIPPED: " + missing.reason());
                    yield Assumptions.abort(missing.reason());
                }
            };
        }
    }

    private Tools() {}

    /** Pushes and pulls any artifact. */
    public static Found oras() throws IOException, InterruptedException {
        return goInstalled("oras-1.3.6", "oras", ORAS);
    }

    /** Signs artifacts. */
    public static Found cosign() throws IOException, InterruptedException {
        boolean wanted = "install".equals(System.getProperty("postern.cosign"));
        boolean there = Files.isExecutable(cache().resolve("cosign-3.1.3").resolve("cosign"));
        return wanted || there
                ? goInstalled("cosign-3.1.3", "cosign", COSIGN)
                : new Found.Missing(
                        "cosign is not in the cache (-Dpostern.cosign=install builds it)");
    }

    /** Tests the letter of HTTP/2 on a server. */
    public static Found h2spec() throws IOException, InterruptedException {
        return goInstalled("h2spec-2.2.1", "h2spec", H2SPEC);
    }

    /** The Go program among the resources: go-containerregistry's registry. */
    public static Found registry() throws IOException, InterruptedException {
        return found(
                REGISTRY,
                "registry",
                fresh -> {
                    for (String source : List.of("main.go", "go.mod", "go.sum")) {
                        try (InputStream in =
                                Tools.class.getResourceAsStream("registry/" + source)) {
                            Files.copy(requireNonNull(in, source), fresh.resolve(source));
                        }
                    }
                    return run(fresh, List.of(go(), "build", "-o", "registry", "."));
                });
    }

    /** Docker's own registry. */
    public static Found dockerRegistry() throws IOException, InterruptedException {
        return found(
                "docker-registry-debian",
                "usr/bin/docker-registry",
                fresh -> {
                    @Nullable String failed =
                            run(fresh, List.of("apt-get", "download", "docker-registry"));
                    if (failed != null) {
                        // a machine that never asked for Debian's lists
                        run(fresh, List.of("apt-get", "update", "-qq"));
                        failed = run(fresh, List.of("apt-get", "download", "docker-registry"));
                    }
                    return failed != null
                            ? failed
                            : run(fresh, List.of("sh", "-c", "dpkg -x docker-registry_*.deb ."));
                });
    }

    private static Found goInstalled(String name, String program, String module)
            throws IOException, InterruptedException {
        return found(name, program, fresh -> run(fresh, List.of(go(), "install", module)));
    }

    private static String go() {
        return Files.isExecutable(Path.of("/usr/local/go/bin/go")) ? "/usr/local/go/bin/go" : "go";
    }

    /** Installs into a directory; the result is why it failed. */
    private interface Installer {
        @Nullable String into(Path fresh) throws IOException, InterruptedException;
    }

    /** Into a directory of its own first, so that nobody ever sees half an installation. */
    private static Found found(String name, String program, Installer installer)
            throws IOException, InterruptedException {
        Path directory = cache().resolve(name);
        Path binary = directory.resolve(program);
        if (Files.isExecutable(binary)) {
            return new Found.At(binary);
        }
        System.out.println("installing " + name + " into " + directory);
        Path fresh = Files.createTempDirectory(cache(), "installing");
        @Nullable String failed = installer.into(fresh);
        if (failed != null) {
            return new Found.Missing(name + " cannot be installed: " + failed);
        }
        if (!Files.exists(directory)) {
            Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.isExecutable(binary)
                ? new Found.At(binary)
                : new Found.Missing(name + " has no " + program);
    }

    private static Path cache() throws IOException {
        String home = System.getenv().getOrDefault("HOME", "target");
        String base = System.getenv().getOrDefault("XDG_CACHE_HOME", home + "/.cache");
        return Files.createDirectories(Path.of(base, "postern", "oci-tools").toAbsolutePath());
    }

    private static @Nullable String run(Path directory, List<String> command)
            throws InterruptedException {
        try {
            Outcome outcome =
                    run(
                            directory,
                            Map.of("GOBIN", directory.toString(), "CGO_ENABLED", "0"),
                            command);
            return outcome.status() == 0 ? null : outcome.said();
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    /** How a program ended, and what it printed. */
    public record Outcome(int status, String said) {
        /** The test fails unless it ended well. */
        public void good() {
            assertEquals(0, status, said);
        }
    }

    /** A program and its arguments. */
    public static List<String> command(Path program, String... words) {
        var command = new ArrayList<String>();
        command.add(program.toString());
        command.addAll(List.of(words));
        return command;
    }

    /** Runs {@code command} to its end. */
    public static Outcome run(Path directory, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile(directory, "said", ".log");
        var builder =
                new ProcessBuilder(new ArrayList<>(command))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(INSTALL_MINUTES_MAX, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            return new Outcome(-1, command + " took over " + INSTALL_MINUTES_MAX + " minutes");
        }
        String said = Files.readString(log).strip();
        Files.delete(log);
        return new Outcome(process.exitValue(), said);
    }
}
