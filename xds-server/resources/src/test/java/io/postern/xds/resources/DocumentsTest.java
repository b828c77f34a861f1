package io.postern.xds.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.DocumentReader;
import io.postern.xds.resources.document.Documents;
import io.postern.xds.resources.kind.Kinds;
import io.postern.xds.resources.kind.Rules;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DocumentsTest {
    private static final String GOOD =
            """
            apiVersion: postern.io/v1alpha1
            kind: Backend
            metadata: {name: NAME}
            spec: {endpoints: [{address: 10.0.0.1, port: PORT}]}
            """;

    private final SequencedMap<String, String> files = new TreeMap<>();

    private void write(String name, String text) {
        files.put(name, text);
    }

    private static String backend(String name, int port) {
        return GOOD.replace("NAME", name).replace("PORT", String.valueOf(port));
    }

    private Documents read() {
        var reader = new DocumentReader(Kinds.all(), Rules::check);
        files.forEach(reader::read);
        return reader.documents();
    }

    private static List<String> places(Documents documents) {
        return documents.good().stream()
                .map(document -> document.name() + " " + document.place())
                .toList();
    }

    private static int port(Documents documents, String name) {
        return documents.good().stream()
                .filter(document -> document.name().equals(name))
                .mapToInt(
                        document -> document.spec().items("endpoints").getFirst().number("port", 0))
                .findFirst()
                .orElse(0);
    }

    @Test
    void everyDocumentIsFoundWithItsPlace() {
        // Given
        write("b.yaml", "# comment\n---\n" + backend("two", 2) + "---\n\n" + backend("three", 3));
        write("a/one.yml", backend("one", 1));
        write(
                "c.json",
                "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\":"
                        + " \"n\"}}");

        // When
        var documents = read();

        // Then
        assertThat(places(documents))
                .containsExactly(
                        "one a/one.yml:1:1", "two b.yaml:3:1", "three b.yaml:9:1", "n c.json:1:1");
        assertThat(documents.bad()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsToldByFile() {
        // Given
        write("broken.yaml", backend("good", 1) + "---\na: [\n---\n" + backend("better", 1));

        // When
        var documents = read();

        // Then
        assertThat(documents.good()).extracting(Document::name).containsExactly("good", "better");
        assertThat(documents.bad())
                .extracting(refused ->
                        refused.findings().getFirst().place()
                                + " "
                                + refused.findings().getFirst().message())
                .containsExactly(
                        "broken.yaml:7:1 not YAML: expected the node content, but found '<stream"
                                + " end>' (while parsing a flow node)");
    }

    @Test
    void theVersionBeforeASlipStaysInUse() {
        // Given
        write("a.yaml", backend("one", 1) + "---\n" + backend("two", 2));
        write("b.yaml", backend("three", 3));
        var before = read();

        // When
        write(
                "a.yaml",
                backend("one", 1).replace("port: 1", "prot: 1") + "---\n" + backend("two", 22));
        var after = read().over(before);

        // Then
        assertThat(port(after, "one")).isEqualTo(1);
        assertThat(port(after, "two")).isEqualTo(22);
        var status = statusOf(after, "one");
        assertThat(status.conditions().getFirst().message())
                .endsWith("; the version before it is still used");
        assertThat(status.findings())
                .extracting(finding -> finding.place() + " " + finding.message())
                .contains("a.yaml:4:40 unknown field \"prot\"");
    }

    @Test
    void whatStoodInAFileStaysWhenItsTextCannotBeRead() {
        // Given
        write("a.yaml", backend("one", 1) + "---\n" + backend("two", 2));
        write("b.yaml", backend("three", 3));
        var before = read();

        // When
        write("a.yaml", "kind: [\n");
        files.remove("b.yaml");
        var after = read().over(before);

        // Then
        assertThat(after.good()).extracting(Document::name).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void whatWasRemovedIsGone() {
        // Given
        write("a.yaml", backend("one", 1) + "---\n" + backend("two", 2));
        var before = read();

        // When
        write("a.yaml", backend("one", 1));
        var after = read().over(before);

        // Then
        assertThat(after.good()).extracting(Document::name).containsExactly("one");
    }

    private static DocumentStatus statusOf(Documents documents, String name) {
        return new ResourceTranslator(TranslationOptions.INLINE)
                .translate(documents, Map.of()).statuses().stream()
                        .filter(status -> status.key().name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }
}
