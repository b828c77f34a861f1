package io.postern.xds.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.resources.document.DocumentReader;
import io.postern.xds.resources.document.Documents;
import io.postern.xds.resources.kind.Kinds;
import io.postern.xds.resources.kind.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents that somebody has damaged: each is told of, and none stops the others. */
class HostileDocumentsTest {
    private static final long SEED = Long.getLong("seed", 20261123L);

    private static final String GOOD =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: untouched, namespace: elsewhere}
            spec: {gatewayClassName: postern, listeners: [{name: http, port: 80, protocol: HTTP}]}
            """;

    static List<String> cases() throws IOException {
        return TranslateTest.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void damageIsToldAndNothingElseSuffers(String name) throws IOException {
        // Given
        var random = new Random(SEED + name.hashCode());
        var text = Files.readString(Path.of("src/test/resources/cases", name, "in.yaml"));
        var damaged = damaged(text, random);

        // When
        var translation = TranslateTest.translate(name, read(damaged));

        // Then
        assertThat(translation.groups())
                .as("seed %s:%n%s", SEED, damaged)
                .anyMatch(group ->
                        group.name().startsWith("elsewhere/untouched")
                                && group.resources().size() == 2);
    }

    @Test
    void whatMultipliesIsRefused() {
        // Given
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            var ten = String.join(", ", Collections.nCopies(10, "*a" + (i - 1)));
            bomb.append("a" + i + ": &a" + i + " [" + ten + "]\n");
        }
        var deep = "[".repeat(100_000);

        // When
        var documents = read(bomb + "---\n" + deep + "\n");

        // Then
        assertThat(documents.good()).extracting(one -> one.name()).containsExactly("untouched");
        assertThat(documents.bad())
                .extracting(one -> one.findings().getFirst().message())
                .satisfiesExactly(
                        first -> assertThat(first).contains("values with aliases written out"),
                        second -> assertThat(second).contains("deep"));
    }

    private static Documents read(String text) {
        var reader = new DocumentReader(Kinds.all(), Rules::check);
        reader.read("damaged.yaml", text);
        reader.read("good.yaml", GOOD);
        return reader.documents();
    }

    private static String damaged(String text, Random random) {
        var lines = new ArrayList<>(text.lines().toList());
        for (int i = 0; i < 3; i++) {
            int at = random.nextInt(lines.size());
            var line = lines.get(at);
            switch (random.nextInt(6)) {
                case 0 -> lines.remove(at);
                case 1 -> lines.add(at, line);
                case 2 -> lines.set(at, line.replaceAll(": \\S+", ": 7"));
                case 3 -> lines.set(at, line.substring(0, random.nextInt(line.length() + 1)));
                case 4 -> lines.set(at, line.replace(": ", ": {x: ").concat("}"));
                default -> lines.set(at, line.replaceAll("[a-z]+$", "null"));
            }
            if (lines.isEmpty()) {
                lines.add("");
            }
        }
        return String.join("\n", lines) + "\n";
    }
}
