package io.postern.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.postern.app.Log;
import io.postern.app.Preload;
import io.postern.config.LoadResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs the lines that the demo prints as they are printed, with the curl of this machine. */
class DemoIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern STATUS = Pattern.compile("(?m)^(?:HTTP/1.1 )?([1-5]\\d\\d)\\b");

    @Test
    void everyPrintedLineIsAnsweredAsItSays() throws IOException, InterruptedException {
        assumeThat(hasCurl()).as("no curl here: the demo's lines are NOT tested").isTrue();
        // Given
        var upstreams = Demo.upstreams(0, 0);
        var loaded = (LoadResult.Loaded) DemoCommand.onFreePorts(ROOT, upstreams);
        try (var demo = Demo.start(loaded, upstreams, quiet(), Preload.none())) {
            List<String> lines =
                    demo.whatToTry()
                            .lines()
                            .map(String::strip)
                            .filter(line -> line.startsWith("curl") || line.startsWith("for "))
                            .toList();

            List<List<Integer>> expected =
                    Stream.concat(
                                    DemoStep.all().stream()
                                            .flatMap(step -> step.requests().stream())
                                            .map(DemoRequest::statuses),
                                    Stream.generate(() -> List.of(200)).limit(3))
                            .toList();
            assertThat(lines).hasSameSizeAs(expected);

            // When, then: someone who types them does not outrun the rate limit as a test does
            for (int i = 0; i < lines.size(); i++) {
                String line =
                        lines.get(i).replace("curl " + demo.admin(), "curl -i " + demo.admin());
                List<Integer> statuses = expected.get(i);
                await().atMost(Duration.ofSeconds(10))
                        .untilAsserted(
                                () -> assertThat(statuses(sh(line))).as(line).isEqualTo(statuses));
            }
        }
    }

    @Test
    void theRehearsalThatPreparesFastStartsIsAnswered() throws IOException {
        // Given
        var upstreams = Demo.upstreams(0, 0);
        var loaded = (LoadResult.Loaded) DemoCommand.onFreePorts(ROOT, upstreams);
        try (var demo = Demo.start(loaded, upstreams, quiet(), Preload.none())) {
            // When, then: it throws when an answer is missing
            new Rehearsal(demo, 1).run();
        }
    }

    private static List<Integer> statuses(String output) {
        return STATUS.matcher(output).results().map(m -> Integer.valueOf(m.group(1))).toList();
    }

    private static String sh(String line) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder("sh", "-c", line)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    private static boolean hasCurl() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "curl")));
    }

    private static Log quiet() {
        return new Log(System.err, Log.Level.WARNING);
    }
}
