package io.postern.core.upstream.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcProbeTest {
    @Test
    void theRequestNamesTheService() {
        assertThat(HexFormat.of().formatHex(GrpcProbe.frame("abc")))
                .isEqualTo("0000000005" + "0a03616263");
        assertThat(HexFormat.of().formatHex(GrpcProbe.frame(""))).isEqualTo("0000000000");
    }

    /** Flag, length, then field 1: 1 is SERVING, 2 NOT_SERVING; nothing is UNKNOWN. */
    @ParameterizedTest
    @CsvSource({
        "00000000020801, true",
        "00000000020802, false",
        "0000000000, false",
        "01000000020801, false",
        "'', false"
    })
    void onlyServingIsHealthy(String frame, boolean healthy) {
        assertThat(GrpcProbe.serves(HexFormat.of().parseHex(frame))).isEqualTo(healthy);
    }
}
