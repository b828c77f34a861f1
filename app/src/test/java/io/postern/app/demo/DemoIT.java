package io.postern.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.postern.app.Log;
import io.postern.app.Preload;
import io.postern.config.LoadResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs the lines that the demo prints as they are printed, with the curl of this machine. */
class DemoIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @Test
    void everyPrintedLineIsAnsweredAsItSays() throws IOException, InterruptedException {
        assumeThat(PrintedLine.canRun())
                .as("no curl here: the demo's lines are NOT tested")
                .isTrue();
        // Given
        var upstreams = Demo.upstreams(0, 0);
        var loaded = (LoadResult.Loaded) DemoCommand.onFreePorts(ROOT, upstreams);
        try (var demo = Demo.start(loaded, upstreams, quiet(), Preload.none())) {
            List<PrintedLine> lines = PrintedLine.in(demo.whatToTry());

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
                String shown = lines.get(i).text();
                var line =
                        new PrintedLine(
                                shown.replace("curl " + demo.admin(), "curl -i " + demo.admin()));
                List<Integer> statuses = expected.get(i);
                await().atMost(Duration.ofSeconds(10))
                        .untilAsserted(
                                () -> assertThat(line.statuses()).as(shown).isEqualTo(statuses));
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

    private static Log quiet() {
        return new Log(System.err, Log.Level.WARNING);
    }
}
