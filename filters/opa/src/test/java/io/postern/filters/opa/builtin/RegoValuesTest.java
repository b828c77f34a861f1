package io.postern.filters.opa.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegoValuesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"plain\"|plain",
                "\"a\\\\b\"|a\\b",
                "\"\\\"\\/\"|\"/",
                "\"x\\u00e9y\"|xéy",
                "\"é\\\\é\"|é\\é",
                "\"\\uD83D\\uDE00\"|😀",
                "\"a\\u0041\"|aA",
            })
    void escapesAreReadAsJsonHasThem(String json, String text) {
        assertThat(read(json)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12G4\"",
                "\"\\",
                "\"\\u\"",
                "\"ab\\\"",
                "\"\\u004"
            })
    void whatIsNoTextIsAnError(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(BuiltinError.class);
    }

    @ParameterizedTest
    @CsvSource({"b,8", "f,12", "n,10", "r,13", "t,9"})
    void controlCharactersHaveLetters(String letter, int code) {
        assertThat(read("\"\\" + letter + "\"")).isEqualTo(String.valueOf((char) code));
    }

    private static String read(String json) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        return RegoValues.read(text, text.length).textValue();
    }
}
