package io.postern.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.postern.app.Log;
import io.postern.app.Preload;
import io.postern.app.differential.Ports;
import io.postern.xds.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the lines that the demo prints as they are printed, with the curl of this machine. */
@Timeout(120)
class DemoIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir Path folder = Path.of("");
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final int port;

    DemoIT() throws IOException {
        port = new Ports(new SecureRandom()).free();
    }

    private Demo start(String time) throws IOException, InterruptedException {
        var log = new Log(new PrintStream(said, true, StandardCharsets.UTF_8), Log.Level.INFO);
        Path own = Files.createDirectory(folder.resolve(time));
        return Demo.start(own, Demo.Ports.withGateway(port), Preload.none(), log);
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    /** Someone who types does not outrun the rate limit as a test does. */
    private void awaitAnswer(String line, List<Integer> statuses) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(new PrintedLine(line).statuses())
                                .as("%s\n%s", line, said())
                                .isEqualTo(statuses));
    }

    @Test
    void everyPrintedLineIsAnsweredAsItSaysAndEditsAreLiveOrRefused() throws Exception {
        assumeThat(PrintedLine.canRun()).as("no curl here: NOT tested").isTrue();
        // Given
        try (var demo = start("only")) {
            demo.follow(ROOT);
            List<PrintedLine> lines = PrintedLine.in(demo.whatToTry());
            List<List<Integer>> expected =
                    Stream.of(
                                    DemoStep.all().stream()
                                            .flatMap(step -> step.requests().stream())
                                            .map(DemoRequest::statuses),
                                    DemoEdit.all().stream().map(edit -> edit.request().statuses()),
                                    Stream.generate(() -> List.of(200)).limit(3))
                            .flatMap(all -> all)
                            .toList();
            assertThat(lines).filteredOn(line -> !line.isEdit()).hasSameSizeAs(expected);
            // When, then
            int asked = 0;
            for (PrintedLine line : lines) {
                if (line.isEdit()) {
                    assertThat(line.statuses()).isEmpty();
                } else {
                    String page = "curl " + demo.admin();
                    awaitAnswer(
                            line.text().replace(page, "curl -i " + demo.admin()),
                            expected.get(asked++));
                }
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> said().contains("gateway.yaml:"));
            assertThat(said()).contains("~ extension", "backendReffs");
        }
    }

    @Test
    void theSecondStartAnswersBeforeDocumentsAreReadAndChangesNothingThen() throws Exception {
        assumeThat(PrintedLine.canRun()).as("no curl here: NOT tested").isTrue();
        // Given
        String auth = DemoStep.all().get(1).requests().getFirst().curl("http://127.0.0.1:" + port);
        try (var first = start("first")) {
            first.follow(ROOT);
            awaitAnswer(auth, List.of(401));
            await().until(first.gateway()::hasLastGood);
        }
        // When
        try (var second = start("second")) {
            // Then
            assertThat(new PrintedLine(auth).statuses()).containsExactly(401);
            assertThat(second.documents()).doesNotExist();
            // When
            second.follow(ROOT);
            // Then
            var changes =
                    new PrintedLine("curl -s " + second.admin() + "/stats?filter=listener_manager");
            await().untilAsserted(() -> assertThat(changes.output()).contains("update_success: 2"));
            assertThat(changes.output()).contains("listener_modified: 0");
        }
    }

    @Test
    void theRehearsalThatPreparesFastStartsIsAnswered() throws Exception {
        // When, then: it throws when an answer is missing
        new Rehearsal(ROOT, folder, 1).run();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auth", "rate-limit"})
    void theLayoutHasThePluginsAsTheyAreBuilt(String name) throws IOException {
        Path plugin = ROOT.resolve("filters/plugins/" + name + "/" + name + ".wasm");
        Path blobs = ROOT.resolve("config/examples/demo/plugins/blobs/sha256");
        assertThat(blobs.resolve(Digest.of(plugin).hex()))
                .as(
                        "bin/postern plugin push %s oci-layout://config/examples/demo/plugins:%s",
                        plugin, name)
                .hasSameBinaryContentAs(plugin);
    }
}
