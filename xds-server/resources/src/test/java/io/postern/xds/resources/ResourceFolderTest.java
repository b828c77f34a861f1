package io.postern.xds.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Documents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourceFolderTest {
    private static final String GOOD =
            """
            apiVersion: postern.io/v1alpha1
            kind: Backend
            metadata: {name: NAME}
            spec: {endpoints: [{address: 10.0.0.1, port: PORT}]}
            """;

    @TempDir private Path folder;

    private void write(String name, String text) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static String backend(String name, int port) {
        return GOOD.replace("NAME", name).replace("PORT", String.valueOf(port));
    }

    private Documents read() {
        return new ResourceFolder(folder).read();
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
    void everyDocumentIsFoundWithItsPlaceAndHiddenNamesAreNot() throws IOException {
        // Given
        write("b.yaml", "# comment\n---\n" + backend("two", 2) + "---\n\n" + backend("three", 3));
        write("a/one.yml", backend("one", 1));
        write(
                "c.json",
                "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\":"
                        + " \"n\"}}");
        write(".git/x.yaml", "not: a document");
        write(".hidden.yaml", "not: a document");
        write("README.md", "not a document");

        // When
        var documents = read();

        // Then
        assertThat(places(documents))
                .containsExactly(
                        "one a/one.yml:1:1", "two b.yaml:3:1", "three b.yaml:9:1", "n c.json:1:1");
        assertThat(documents.bad()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsToldByFile() throws IOException {
        // Given
        Files.write(folder.resolve("latin.yaml"), "a: ü".getBytes(StandardCharsets.ISO_8859_1));
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
                .containsExactlyInAnyOrder(
                        "latin.yaml not UTF-8",
                        "broken.yaml:7:1 not YAML: expected the node content, but found '<stream"
                                + " end>' (while parsing a flow node)");
    }

    @Test
    void aFolderThatIsNotThereSaysSo() {
        // When
        var documents = new ResourceFolder(folder.resolve("nowhere")).read();

        // Then
        assertThat(documents.good()).isEmpty();
        assertThat(documents.bad()).hasSize(1);
    }

    @Test
    void theVersionBeforeASlipStaysInUse() throws IOException {
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
    void whatStoodInAFileStaysWhenItsTextCannotBeRead() throws IOException {
        // Given
        write("a.yaml", backend("one", 1) + "---\n" + backend("two", 2));
        write("b.yaml", backend("three", 3));
        var before = read();

        // When
        write("a.yaml", "kind: [\n");
        Files.delete(folder.resolve("b.yaml"));
        var after = read().over(before);

        // Then
        assertThat(after.good()).extracting(Document::name).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void whatWasRemovedIsGone() throws IOException {
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
