package io.postern.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.postern.app.Log;
import io.postern.app.differential.Ports;
import io.postern.xds.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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

/** {@code postern demo --serve}: what it prints, and that it serves what {@code demo} does. */
@Timeout(120)
class ServedDemoIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir Path folder = Path.of("");
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private ServedDemo start() throws IOException {
        var log = new Log(new PrintStream(said, true, StandardCharsets.UTF_8), Log.Level.INFO);
        int port = new Ports(new SecureRandom()).free();
        return ServedDemo.start(ROOT, folder, Demo.upstreams(0, 0), port, log);
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyPrintedLineIsAnsweredAsItSaysAndEditsAreLiveOrRefused() throws IOException {
        assumeThat(PrintedLine.canRun()).as("no curl here: NOT tested").isTrue();
        // Given
        try (var demo = start()) {
            List<PrintedLine> lines = PrintedLine.in(demo.whatToTry());
            List<List<Integer>> expected =
                    Stream.concat(
                                    DemoStep.all().stream()
                                            .flatMap(step -> step.requests().stream()),
                                    DemoEdit.all().stream().map(DemoEdit::request))
                            .map(DemoRequest::statuses)
                            .toList();
            assertThat(lines).filteredOn(line -> !line.isEdit()).hasSameSizeAs(expected);
            // When, then
            int asked = 0;
            for (PrintedLine line : lines) {
                if (line.isEdit()) {
                    assertThat(line.statuses()).isEmpty();
                } else {
                    List<Integer> statuses = expected.get(asked++);
                    await().atMost(Duration.ofSeconds(30))
                            .untilAsserted(() ->
                                    assertThat(line.statuses())
                                            .as("%s\n%s", line.text(), said())
                                            .isEqualTo(statuses));
                }
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> said().contains("gateway.yaml:"));
            assertThat(said()).contains("~ extension", "backendReffs");
        }
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
