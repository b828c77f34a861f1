package io.postern.core.headers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.HttpConnectionManager.EscapedSlashes;
import io.postern.config.model.HttpConnectionManager.PathNormalization;
import io.postern.sdk.HeaderMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PathRulesTest {
    @ParameterizedTest
    @MethodSource("recorded")
    void normalisesAsEnvoyDoes(String path, String normalized, String merged) {
        assertThat(applied(path, new PathNormalization(true, false, EscapedSlashes.REJECT_REQUEST)))
                .isEqualTo(normalized);
        assertThat(applied(path, new PathNormalization(true, true, EscapedSlashes.KEEP_UNCHANGED)))
                .isEqualTo(merged);
    }

    static Stream<String[]> recorded() {
        try (var in = requireNonNull(PathRulesTest.class.getResourceAsStream("paths.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("/"))
                    .map(line -> line.split("\t"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "REJECT_REQUEST, /a%2fb, 400",
        "REJECT_REQUEST, /a?x%2fb, /a?x%2fb",
        "UNESCAPE_AND_REDIRECT, /a%5Cb, 307 /a/b",
        "UNESCAPE_AND_REDIRECT, /a%2F..%2fb?%2f, 307 /b?%2f",
        "UNESCAPE_AND_REDIRECT, /a/../b, /b",
        "UNESCAPE_AND_FORWARD, /a%2F..%2fb, /b",
        "KEEP_UNCHANGED, /a%2fb, /a%2fb",
    })
    void treatsEscapedSlashes(EscapedSlashes action, String path, String expected) {
        assertThat(applied(path, new PathNormalization(true, false, action))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"a, 404", "http://h/, 404", "/a#b, 400", "/a?b#c, 400", "//a/../b, //a/../b"})
    void rejectsWhatIsNoPath(String path, String expected) {
        var keep = new PathNormalization(false, false, EscapedSlashes.KEEP_UNCHANGED);
        assertThat(applied(path, keep)).isEqualTo(expected);
    }

    @Test
    void escapesOctetsAboveAscii() {
        var rules = new PathNormalization(true, false, EscapedSlashes.KEEP_UNCHANGED);
        assertThat(applied("/\u00c3\u00a9", rules)).isEqualTo("/%C3%A9");
    }

    private static String applied(String path, PathNormalization rules) {
        HeaderMap head = HeaderMap.of(":method", "GET", ":path", path, "accept", "*/*");
        Verdict verdict = new PathRules(rules, false).apply(head);
        return switch (verdict) {
            case CONTINUE -> head.value(1);
            case REDIRECT_PATH -> verdict.status() + " " + head.value(1);
            case REJECT_PATH,
                    REJECT_AMBIGUOUS_PATH,
                    REJECT_ABSOLUTE_PATH,
                    REJECT_CONNECTION_HEADER,
                    REJECT_WITHOUT_ADDRESS,
                    REJECT_UNDERSCORE ->
                    String.valueOf(verdict.status());
        };
    }
}
