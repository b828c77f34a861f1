package io.postern.app.demo;

import io.postern.app.CacheDirectory;
import io.postern.app.Log;
import io.postern.app.Preload;
import io.postern.app.cli.Arguments;
import io.postern.app.cli.Command;
import io.postern.app.cli.Flag;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** {@code postern demo}: two services, a gateway that follows documents, and what to try. */
public final class DemoCommand implements Command {
    private static final Path ROOT = Path.of(""); // bin/postern starts it there
    // So that the first answer has the processors to itself.
    private static final Duration HEAD_START = Duration.ofMillis(300);
    private static final int REHEARSAL_ROUNDS = 40;
    // not in the help: bin/postern calls it once to prepare fast starts
    private static final Flag REHEARSE = Flag.toggle("", "--rehearse");

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public String summary() {
        return "Runs a gateway on documents with plugins and a policy, and says what to try.";
    }

    @Override
    public String operands() {
        return "";
    }

    @Override
    public List<Flag> flags() {
        return List.of(REHEARSE);
    }

    @Override
    public int run(Arguments arguments, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        if (arguments.has(REHEARSE)) {
            Path folder = folder("rehearsal");
            empty(folder);
            new Rehearsal(ROOT, folder, REHEARSAL_ROUNDS).run();
            delete(folder);
        } else {
            run(out);
        }
        return 0;
    }

    private static void run(PrintWriter out) throws IOException, InterruptedException {
        var preload = Preload.ofCode(Demo.code(ROOT));
        var log = new Log(System.err, Log.Level.INFO);
        Path folder = folder("demo");
        try (var demo = Demo.start(folder, Demo.Ports.USUAL, preload, log)) {
            demo.gateway()
                    .whenReady(() -> {
                        out.print(demo.whatToTry());
                        out.flush();
                    });
            if (demo.gateway().hasLastGood()) {
                Thread.sleep(HEAD_START);
            }
            empty(folder);
            demo.follow(ROOT);
            demo.gateway().awaitStopped();
        }
    }

    // Each start has a fresh copy of the documents: what it prints does what it says.
    private static void empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            delete(folder);
        }
        Files.createDirectories(folder);
    }

    private static Path folder(String name) {
        return CacheDirectory.path().resolve(name);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
