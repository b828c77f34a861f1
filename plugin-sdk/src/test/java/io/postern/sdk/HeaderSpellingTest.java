package io.postern.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HeaderSpellingTest {
    @Test
    void namesAreSpelledAsTheyFirstWere() {
        // Given
        var spelling = new HeaderSpelling(false, false);
        remember(spelling, "X-One");
        remember(spelling, "x-ONE");
        remember(spelling, "ETag");
        // When, Then
        assertThat(spelled(spelling, "x-one")).isEqualTo("X-One");
        assertThat(spelled(spelling, "etag")).isEqualTo("ETag");
        assertThat(spelled(spelling, "x-two")).isEqualTo("x-two");
    }

    @Test
    void othersAreCapitalisedWhereThatIsWanted() {
        // Given
        var spelling = new HeaderSpelling(true, false);
        remember(spelling, "x-low");
        // When, Then
        assertThat(spelled(spelling, "x-low")).isEqualTo("x-low");
        assertThat(spelled(spelling, "content-type")).isEqualTo("Content-Type");
        assertThat(spelled(spelling, "x9a-b_c.d")).isEqualTo("X9a-B_C.D");
    }

    @Test
    void anyNumberOfNamesIsRemembered() {
        // Given
        var spelling = new HeaderSpelling(false, false);
        for (int i = 0; i < 200; i++) {
            remember(spelling, "X-Name-" + i);
        }
        // When, Then
        assertThat(spelled(spelling, "x-name-0")).isEqualTo("X-Name-0");
        assertThat(spelled(spelling, "x-name-199")).isEqualTo("X-Name-199");
    }

    @Test
    void aReasonIsKeptOnlyWhereThatIsWanted() {
        // Given
        byte[] line = octets("200 Fine");
        var keeping = new HeaderSpelling(false, true);
        var other = new HeaderSpelling(false, false);
        // When
        keeping.rememberReason(line, 4, 8);
        other.rememberReason(line, 4, 8);
        // Then
        assertThat(keeping.reason()).asString().isEqualTo("Fine");
        assertThat(other.reason()).isEmpty();
    }

    @Test
    void aCopyOfAHeadIsSpelledAlike() {
        // Given
        var head = HeaderMap.of("x-one", "1");
        head.setSpelling(new HeaderSpelling(false, false));
        var copy = new HeaderMap();
        // When
        copy.copyFrom(head);
        // Then
        assertThat(copy.spelling()).isSameAs(head.spelling()).isNotNull();
    }

    private static void remember(HeaderSpelling spelling, String name) {
        spelling.remember(octets("(" + name + ")"), 1, name.length());
    }

    private static String spelled(HeaderSpelling spelling, String name) {
        byte[] text = octets("\r\n" + name + ": ");
        spelling.apply(text, 2, name.length());
        return new String(text, 2, name.length(), StandardCharsets.US_ASCII);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
