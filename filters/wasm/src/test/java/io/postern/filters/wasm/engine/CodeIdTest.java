package io.postern.filters.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeIdTest {
    @TempDir private Path folder;

    @Test
    void archivesWithTheSameFilesHaveOneIdAndAnyOtherByteMakesAnother() throws IOException {
        Path one = archive("one.jar", Map.of("A.class", "abc", "B.class", "def"), "");
        Path same = archive("same.jar", Map.of("A.class", "abc", "B.class", "def"), "");
        Path other = archive("other.jar", Map.of("A.class", "abc", "B.class", "deg"), "");
        Path commented = archive("commented.jar", Map.of("A.class", "abc"), "x".repeat(300));

        assertThat(CodeId.archive(same)).isEqualTo(CodeId.archive(one));
        assertThat(CodeId.archive(other)).isNotEqualTo(CodeId.archive(one));
        assertThat(CodeId.archive(commented)).isNotEqualTo(CodeId.archive(one));
    }

    @Test
    void whatIsNoArchiveIsAnError() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "no archive at all, and long enough");

        assertThatThrownBy(() -> CodeId.archive(text)).isInstanceOf(IOException.class);
    }

    @Test
    void aDirectoryHasAnotherIdWhenAFileOfItChanges() throws IOException {
        Path classes = Files.createDirectories(folder.resolve("classes/deep"));
        Path file = Files.writeString(classes.resolve("A.class"), "abc");
        long before = CodeId.files(folder.resolve("classes"));

        Files.writeString(file, "abd");

        assertThat(CodeId.files(folder.resolve("classes"))).isNotEqualTo(before);
    }

    private Path archive(String name, Map<String, String> files, String comment)
            throws IOException {
        Path archive = folder.resolve(name);
        try (var out = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (var file : new TreeMap<>(files).entrySet()) {
                var entry = new ZipEntry(file.getKey());
                entry.setTime(0);
                out.putNextEntry(entry);
                out.write(file.getValue().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
            out.setComment(comment);
        }
        return archive;
    }
}
