package io.postern.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OctetBufferTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, -1, 123456789, Long.MAX_VALUE, Long.MIN_VALUE})
    void writesDecimals(long value) {
        var out = new OctetBuffer();
        out.appendDecimal(value);
        assertThat(out).hasToString(Long.toString(value));
    }

    @Test
    void growsInsertsAndTruncates() {
        // Given
        var out = new OctetBuffer(16);

        // When
        out.appendUtf8("x".repeat(100));
        out.insert(50, "é!".getBytes(StandardCharsets.UTF_8), 0, 3);
        out.appendPadded(7, 3);
        out.truncate(105);

        // Then
        assertThat(out).hasToString("x".repeat(50) + "é!" + "x".repeat(50) + "00");
        out.clear();
        assertThat(out.length()).isZero();
    }
}
