package io.postern.config;

import io.postern.config.source.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One case is a folder of {@code translate/} with an in.yaml or in.json and what comes of it in
 * out.yaml: the model, or what is wrong. A found bug becomes a new folder.
 */
class TranslateTest {
    private static final Path CASES = Path.of("src/test/resources/translate");

    static Stream<Path> cases() throws IOException {
        try (var folders = Files.list(CASES)) {
            return folders.filter(Files::isDirectory).sorted().toList().stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void aConfigurationBecomesWhatItsCaseSays(Path folder) throws Exception {
        // Given
        var json = folder.resolve("in.json");
        var input = Files.exists(json) ? json : folder.resolve("in.yaml");
        var environment = Map.of("POSTERN_TEST", "from the environment");

        // When
        var result = new ConfigFile(environment).load(input);

        // Then
        Golden.compare(folder.resolve("out.yaml"), text(result).replace(folder + "/", ""));
    }

    private static String text(LoadResult result) throws ReflectiveOperationException {
        var text = new StringBuilder();
        result.warnings().forEach(finding -> text.append(Report.text(finding)).append('\n'));
        result.errors().forEach(finding -> text.append(Report.text(finding)).append('\n'));
        if (result instanceof LoadResult.Loaded loaded) {
            text.append(ModelText.of(loaded.bootstrap()));
        }
        return text.toString();
    }
}
