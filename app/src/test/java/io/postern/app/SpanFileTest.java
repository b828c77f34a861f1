package io.postern.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.sdk.SpanSink.Span;
import io.postern.sdk.TraceContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpanFileTest {
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final Log log =
            new Log(new PrintStream(logged, true, StandardCharsets.UTF_8), Log.Level.INFO);

    @Test
    void everySpanIsALineOfOtlp(@TempDir Path directory) throws IOException {
        // Given
        Path path = directory.resolve("spans.json");
        var context = new TraceContext(1, 2, 3, true);
        var attributes = Map.of("k\"\n", "v\\\ud800");

        // When
        try (var file = SpanFile.open(path, log)) {
            for (int i = 0; i < 10_000; i++) {
                file.record(new Span(context, 4, "n\t" + i, 5, 6, attributes));
            }
        }

        // Then
        List<String> lines = Files.readAllLines(path);
        assertThat(lines).hasSize(10_000);
        JsonNode scope =
                new ObjectMapper().readTree(lines.getLast()).at("/resourceSpans/0/scopeSpans/0");
        JsonNode span = scope.at("/spans/0");
        assertThat(span.get("traceId").asText()).isEqualTo("00000000000000010000000000000002");
        assertThat(span.get("spanId").asText()).isEqualTo("0000000000000003");
        assertThat(span.get("parentSpanId").asText()).isEqualTo("0000000000000004");
        assertThat(span.get("name").asText()).isEqualTo("n\t9999");
        assertThat(span.get("startTimeUnixNano").asText()).isEqualTo("5");
        assertThat(span.get("endTimeUnixNano").asText()).isEqualTo("6");
        assertThat(span.at("/attributes/0/key").asText()).isEqualTo("k\"\n");
        assertThat(span.at("/attributes/0/value/stringValue").asText()).isEqualTo("v\\\ud800");
        assertThat(logged.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void aFileThatCannotBeWrittenIsNamed(@TempDir Path directory) {
        assertThatThrownBy(() -> SpanFile.open(directory, log))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("--span-path " + directory);
    }
}
