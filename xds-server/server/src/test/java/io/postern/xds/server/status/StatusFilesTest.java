package io.postern.xds.server.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.source.Diagnostic;
import io.postern.config.source.Place;
import io.postern.config.source.Severity;
import io.postern.xds.resources.Condition;
import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.DocumentStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusFilesTest {
    private static final Clock NOON =
            Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

    @TempDir Path folder = Path.of("");
    private final List<String> said = new ArrayList<>();

    private static DocumentStatus route(Condition.State accepted, String reason) {
        var condition = new Condition("Accepted", accepted, reason, "a \"message\"");
        return new DocumentStatus(
                new DocumentKey("gateway.networking.k8s.io", "HTTPRoute", "default", "on"),
                new Place("edge.yaml", 9, 1),
                List.of(),
                List.of(
                        new DocumentStatus.Parent(
                                "Gateway default/edge", "http", 0, List.of(condition))),
                List.of(),
                List.of());
    }

    private static Diagnostic finding() {
        return new Diagnostic(
                Severity.ERROR, new Place("edge.yaml", 12, 3), "", "no such field", "");
    }

    @Test
    void conditionsStandBesideTheDocument() throws IOException {
        // Given
        var files = new StatusFiles(folder, NOON, said::add);
        // When
        files.write(
                List.of(route(Condition.State.FALSE, "NotAllowedByListeners")),
                Map.of("edge.yaml", List.of(finding())));
        // Then
        assertThat(Files.readString(folder.resolve(".status/edge.yaml")))
                .isEqualTo(
                        """
                        # What became of edge.yaml; written by postern.
                        file: edge.yaml
                        findings:
                        - "ERROR edge.yaml:12:3: no such field"
                        ---
                        group: gateway.networking.k8s.io
                        kind: HTTPRoute
                        metadata:
                          name: "on"
                          namespace: default
                        line: 9
                        status:
                          conditions: []
                          parents:
                          - parent: "Gateway default/edge"
                            sectionName: http
                            conditions:
                            - type: Accepted
                              status: "False"
                              reason: NotAllowedByListeners
                              message: "a \\"message\\""
                              lastTransitionTime: "2026-01-01T12:00:00Z"
                        """);
    }

    @Test
    void aFileIsWrittenWhenItsContentChangesAndGoesWithItsDocument() throws IOException {
        // Given
        var files = new StatusFiles(folder, NOON, said::add);
        Path file = folder.resolve(".status/deep/edge.yaml");
        files.write(List.of(), Map.of("deep/edge.yaml", List.of(), "other.yaml", List.of()));
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        // When
        files.write(List.of(), Map.of("deep/edge.yaml", List.of()));
        // Then
        assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(Instant.EPOCH);
        assertThat(folder.resolve(".status/other.yaml")).doesNotExist();
        // When
        files.write(List.of(), Map.of("deep/edge.yaml", List.of(finding())));
        // Then
        assertThat(file).content().contains("no such field");
        assertThat(said).isEmpty();
    }

    @Test
    void aFolderThatCannotBeWrittenToIsToldOfOnce() throws IOException {
        // Given
        Files.writeString(folder.resolve(".status"), "a file where the folder would be");
        var files = new StatusFiles(folder, NOON, said::add);
        // When
        files.write(List.of(), Map.of("edge.yaml", List.of()));
        files.write(List.of(), Map.of("edge.yaml", List.of()));
        // Then
        assertThat(said).hasSize(1).first().asString().contains("no status is written");
    }
}
