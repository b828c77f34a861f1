package io.postern.core.listener.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginalDestinationTest {
    @ParameterizedTest
    @CsvSource({
        "02001f900a0000010000000000000000, /10.0.0.1:8080",
        "0a00ffff0000000020010db800000000000000000000000100000000,"
                + " '/[2001:db8:0:0:0:0:0:1]:65535'",
    })
    void readsWhatTheKernelSays(String octets, String address) {
        // Given
        var said = ByteBuffer.wrap(HexFormat.of().parseHex(octets));
        // When, Then
        assertThat(OriginalDestination.parse(said)).hasToString(address);
    }
}
