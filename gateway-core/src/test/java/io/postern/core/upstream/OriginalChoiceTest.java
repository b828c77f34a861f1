package io.postern.core.upstream;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginalChoiceTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80, 127.0.0.1:80",
        "[::1]:8080, [::1]:8080",
        "10.1.2.3:0, 10.1.2.3:0",
        "10.1.2.3:65535, 10.1.2.3:65535"
    })
    void anAddressWithAPortIsADestination(String text, String address) {
        // When
        InetSocketAddress parsed = requireNonNull(OriginalChoice.parse(text));
        // Then
        assertThat(AddressText.of(parsed)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":80",
                "127.0.0.1",
                "127.0.0.1:",
                "127.0.0.1:x",
                "127.0.0.1:65536",
                "127.0.0.1:-1",
                "127.0.0.1:000080",
                "localhost:80",
                "::1:80",
                "[::1]",
                "[127.0.0.1]:80",
                "[]:80",
                "127.1:80",
                "127.0.0.1:80,127.0.0.2:80",
                "127.0.0.1:80 "
            })
    void anythingElseIsNone(String text) {
        assertThat(OriginalChoice.parse(text)).isNull();
    }
}
