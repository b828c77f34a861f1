package io.postern.core.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.config.model.AccessLog;
import io.postern.config.model.AccessLog.Comparison;
import io.postern.config.model.AccessLog.Filter;
import io.postern.config.model.AccessLog.Layout;
import io.postern.config.model.AccessLog.Sink;
import io.postern.config.model.Format;
import io.postern.core.format.FixedStream;
import io.postern.core.format.FormatEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessLogsTest {
    private static final FormatEnvironment ENVIRONMENT = new FormatEnvironment("h", _ -> null);
    private static final Format CODE =
            new Format(
                    List.of(
                            new Format.Operator("RESPONSE_CODE", "", -1),
                            new Format.Literal("\n".getBytes(UTF_8))));

    private final FixedStream stream = new FixedStream();

    @Test
    void writesLinesInOrder(@TempDir Path directory) throws IOException {
        // Given
        Path file = directory.resolve("access.log");
        Files.writeString(file, "before\n");

        // When
        try (var logs = new AccessLogs(new StatStore(1))) {
            AccessLogger logger = logs.logger(List.of(text(file, null)), ENVIRONMENT);
            for (int i = 0; i < 20_000; i++) {
                stream.status = 200 + i % 300;
                logger.log(stream);
            }
        }

        // Then
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(20_001).startsWith("before", "200", "201");
        assertThat(lines.getLast()).isEqualTo(String.valueOf(200 + 19_999 % 300));
    }

    @Test
    void writesJson(@TempDir Path directory) throws IOException {
        // Given
        Path file = directory.resolve("access.log");
        var code = new Format(List.of(new Format.Operator("RESPONSE_CODE", "", -1)));
        var log =
                new AccessLog(
                        new Sink.File(file.toString()),
                        new Layout.Json(Map.of("code", code), false, false),
                        null);

        // When
        try (var logs = new AccessLogs(new StatStore(1))) {
            logs.logger(List.of(log), ENVIRONMENT).log(stream);
        }

        // Then
        assertThat(file).hasContent("{\"code\":200}\n");
    }

    @ParameterizedTest
    @CsvSource({
        "status>=500, 503, -, 0, true",
        "status>=500, 404, -, 0, false",
        "duration<=10, 200, -, 10, true",
        "duration<=10, 200, -, 11, false",
        "flag, 503, 'UF,URX', 0, true",
        "flag, 503, NR, 0, false",
        "anyflag, 503, NR, 0, true",
        "anyflag, 200, -, 0, false",
        "both, 503, UF, 0, true",
        "both, 200, UF, 0, false",
        "either, 200, UF, 0, true",
        "either, 200, -, 0, false",
    })
    void filters(String filter, int status, String flags, long millis, boolean logged) {
        // Given
        stream.status = status;
        stream.flags = flags;
        stream.duration = millis * 1_000_000;

        // When, Then
        assertThat(LogFilter.of(filter(filter)).wants(stream)).isEqualTo(logged);
    }

    private static Filter filter(String name) {
        Filter status = new Filter.StatusCode(Comparison.GREATER_OR_EQUAL, 500);
        Filter flag = new Filter.ResponseFlag(List.of("UF", "UH"));
        return switch (name) {
            case "status>=500" -> status;
            case "duration<=10" -> new Filter.DurationMillis(Comparison.LESS_OR_EQUAL, 10);
            case "flag" -> flag;
            case "anyflag" -> new Filter.ResponseFlag(List.of());
            case "both" -> new Filter.And(List.of(status, flag));
            case "either" -> new Filter.Or(List.of(status, flag));
            default -> throw new IllegalArgumentException(name);
        };
    }

    @Test
    void aFileThatWasMovedIsOpenedAgain(@TempDir Path directory) throws IOException {
        // Given
        Path file = directory.resolve("access.log");
        Path moved = directory.resolve("moved.log");
        try (var logs = new AccessLogs(new StatStore(1))) {
            AccessLogger logger = logs.logger(List.of(text(file, null)), ENVIRONMENT);
            logger.log(stream);
            awaitContent(file);
            Files.move(file, moved);

            // When
            logs.reopen();
            awaitExists(file);
            stream.status = 404;
            logger.log(stream);
        }

        // Then
        assertThat(file).hasContent("404\n");
        assertThat(moved).hasContent("200\n");
    }

    @Test
    void aFileThatCannotBeOpenedIsNamed(@TempDir Path directory) {
        try (var logs = new AccessLogs(new StatStore(1))) {
            Path file = directory.resolve("none").resolve("access.log");
            List<AccessLog> configured = List.of(text(file, null));
            assertThatThrownBy(() -> logs.logger(configured, ENVIRONMENT))
                    .hasMessageContaining(file.toString());
        }
    }

    private static AccessLog text(Path file, @Nullable Filter filter) {
        return new AccessLog(new Sink.File(file.toString()), new Layout.Text(CODE), filter);
    }

    private static void awaitContent(Path file) {
        Awaitility.await().until(() -> Files.size(file) > 0);
    }

    private static void awaitExists(Path file) {
        Awaitility.await().until(() -> Files.exists(file));
    }
}
