package io.postern.xds.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.resources.document.DocumentReader;
import io.postern.xds.resources.kind.Kinds;
import io.postern.xds.resources.kind.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All YAML of docs/resources.md together is one folder, which is served without a word. */
class DocsTest {
    private static final Path PAGE = Path.of("../../docs/resources.md");

    @Test
    void everyExampleIsServed() throws IOException {
        // Given
        var reader = new DocumentReader(Kinds.all(), Rules::check);
        for (var block : blocks(Files.readString(PAGE))) {
            reader.read("resources.md", block);
        }
        var documents = reader.documents();

        // When
        var translation = TranslateTest.translate("docs", documents);

        // Then
        assertThat(documents.good()).hasSizeGreaterThan(15);
        assertThat(translation.statuses())
                .allSatisfy(status -> assertThat(status.findings()).as("%s", status).isEmpty());
        assertThat(translation.groups()).isNotEmpty();
    }

    // On their own lines of the page, so that places are those of the page.
    private static List<String> blocks(String page) {
        var blocks = new ArrayList<String>();
        var lines = page.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).equals("```yaml")) {
                var block = new StringBuilder("\n".repeat(i + 1));
                for (i++; !lines.get(i).equals("```"); i++) {
                    block.append(lines.get(i)).append('\n');
                }
                blocks.add(block.toString());
            }
        }
        return blocks;
    }
}
