package io.postern.filters.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.filters.wasm.engine.translate.TranslatorOptions;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The official tests of WebAssembly, run against the translator. */
class SpecSuiteTest {
    @Test
    void translatedCodeDoesWhatTheSpecificationSays() throws IOException {
        run(TranslatorOptions.DEFAULT, 24_000);
    }

    @Test
    void soDoesCodeThatIsSplitIntoPartsAndCounted() throws IOException {
        run(new TranslatorOptions(true, 60), 24_000);
    }

    private static void run(TranslatorOptions options, int atLeast) throws IOException {
        var suite = new SpecSuite(options);
        suite.names().forEach(suite::run);
        assertThat(suite.failures).isEmpty();
        assertThat(suite.checked).isGreaterThan(atLeast);
    }
}
