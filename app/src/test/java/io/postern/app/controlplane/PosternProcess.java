package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.Jvm;
import io.postern.app.Main;
import io.postern.xds.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A {@code postern} command in a process of its own. Closing ends it as SIGTERM does. */
record PosternProcess(Process process, Path log) implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    /**
     * Starts it; what it keeps between starts is in {@code folder}.
     *
     * @param name of its log
     */
    static PosternProcess start(
            Path folder, String name, Map<String, String> environment, String... words)
            throws IOException {
        Path log = folder.resolve(name + ".log");
        var builder =
                new ProcessBuilder(Jvm.command(Main.class.getName(), words))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().put("POSTERN_CACHE", folder.resolve(name + ".cache").toString());
        builder.environment().putAll(environment);
        return new PosternProcess(builder.start(), log);
    }

    /** Runs it to its end, which has to be a good one. */
    static String run(Path folder, String... words) throws IOException, InterruptedException {
        var outcome = Tools.run(folder, Map.of(), Jvm.command(Main.class.getName(), words));
        assertThat(outcome.status()).as(outcome.said()).isZero();
        return outcome.said();
    }

    /** {@code postern run} with what {@code postern ctl bootstrap} prints for a server. */
    static PosternProcess gateway(Path folder, String xds)
            throws IOException, InterruptedException {
        String bootstrap =
                run(
                        folder,
                        "ctl",
                        "bootstrap",
                        "--id",
                        "edge-1",
                        "--cluster",
                        "edge",
                        "--xds",
                        xds);
        Path file = Files.writeString(folder.resolve("bootstrap.yaml"), bootstrap);
        return start(folder, "gateway", Map.of(), "run", "-c", "" + file);
    }

    /** {@code postern ctl} with the server whose admin port that is. */
    static String ctl(Path folder, String admin, String... words)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("ctl"));
        line.addAll(List.of(words));
        line.addAll(List.of("--server", admin));
        return run(folder, line.toArray(String[]::new));
    }

    /** What it has written. */
    String said() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("it did not end: " + said());
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
