package io.postern.xds.server.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentFilesTest {
    @TempDir Path folder = Path.of("");

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void everyDocumentIsReadAndHiddenNamesAreNot() throws IOException {
        write("b.yaml", "resources: []");
        write("a/one.yml", "kind: Backend");
        write("c.json", "\uFEFF{\"resources\": []}");
        write(".git/x.yaml", "not: read");
        write(".hidden.yaml", "not: read");
        write("README.md", "not read");

        var contents = new DocumentFiles(folder).read();

        assertThat(contents)
                .extracting(DocumentFiles.Content::name)
                .containsExactly("a/one.yml", "b.yaml", "c.json");
        assertThat(contents).allSatisfy(one -> assertThat(one.findings()).isEmpty());
        assertThat(contents.getFirst().isKubernetes()).isTrue();
        assertThat(contents.getLast().tree()).isNotNull();
    }

    @Test
    void whatIsInAnImageLayoutIsNoDocument() throws IOException {
        write("a.yaml", "resources: []");
        write("plugins/oci-layout", "{\"imageLayoutVersion\": \"1.0.0\"}");
        write("plugins/index.json", "{\"manifests\": []}");
        write("plugins.json", "{\"resources\": []}");

        assertThat(new DocumentFiles(folder).read())
                .extracting(DocumentFiles.Content::name)
                .containsExactly("a.yaml", "plugins.json");
    }

    @Test
    void onlyWhatChangedIsReadAgain() throws IOException {
        write("a.yaml", "resources: []");
        write("b.yaml", "resources: []");
        var files = new DocumentFiles(folder);
        var before = files.read();

        write("b.yaml", "resources: [] # changed");
        var after = files.read();

        assertThat(after.getFirst()).isSameAs(before.getFirst());
        assertThat(after.getLast().text()).contains("changed");
    }

    @Test
    void whatIsNoTextIsToldByFile() throws IOException {
        Files.write(folder.resolve("latin.yaml"), "a: ü".getBytes(StandardCharsets.ISO_8859_1));

        var contents = new DocumentFiles(folder).read();

        assertThat(contents.getFirst().findings())
                .singleElement()
                .satisfies(one -> assertThat(one.message()).isEqualTo("not UTF-8"))
                .satisfies(one -> assertThat(one.place().file()).isEqualTo("latin.yaml"));
    }

    @Test
    void aHugeFileIsToldAndTheOthersAreRead() throws IOException {
        write("a.yaml", "resources: []");
        try (var huge = new RandomAccessFile(folder.resolve("huge.yaml").toFile(), "rw")) {
            huge.setLength((16L << 20) + 1);
        }

        var contents = new DocumentFiles(folder).read();

        assertThat(contents.getFirst().findings()).isEmpty();
        assertThat(contents.getLast().findings())
                .singleElement()
                .satisfies(one -> assertThat(one.place().file()).isEqualTo("huge.yaml"))
                .satisfies(one -> assertThat(one.message()).contains("larger than 16777216"));
    }

    @Test
    void aLinkInACircleIsToldAndTheOthersAreRead() throws IOException {
        write("a/one.yaml", "resources: []");
        Files.createSymbolicLink(folder.resolve("a/round"), folder);

        var contents = new DocumentFiles(folder).read();

        assertThat(contents)
                .filteredOn(one -> one.findings().isEmpty())
                .extracting(DocumentFiles.Content::name)
                .containsExactly("a/one.yaml");
        assertThat(contents)
                .filteredOn(one -> !one.findings().isEmpty())
                .singleElement()
                .satisfies(one -> assertThat(one.name()).isEqualTo("a/round"))
                .satisfies(one ->
                        assertThat(one.findings().getFirst().message()).contains("cannot be read"));
    }

    @Test
    void tooManyFilesAreNotRead() throws IOException {
        for (int i = 0; i <= 10_000; i++) {
            Files.createFile(folder.resolve(i + ".yaml"));
        }

        assertThatThrownBy(() -> new DocumentFiles(folder).read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than 10000 files");
    }

    @Test
    void aFolderThatIsNotThereSaysSo() {
        assertThatThrownBy(() -> new DocumentFiles(folder.resolve("nowhere")).read())
                .isInstanceOf(IOException.class);
    }
}
