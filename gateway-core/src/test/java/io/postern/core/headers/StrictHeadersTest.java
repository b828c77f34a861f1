package io.postern.core.headers;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictHeadersTest {
    @ParameterizedTest
    @CsvSource({
        "x-envoy-max-retries, 3, true",
        "x-envoy-max-retries, ' 3 ', true",
        "x-envoy-max-retries, three, false",
        "x-envoy-max-retries, '', false",
        "x-envoy-upstream-rq-timeout-ms, -1, false",
        "x-envoy-upstream-rq-timeout-ms, 99999999999999999999, false",
        "x-envoy-retry-on, '5xx, reset', true",
        "x-envoy-retry-on, '5xx,6xx', false",
        "x-envoy-retry-on, cancelled, false",
        "x-envoy-retry-grpc-on, 'cancelled,internal', true",
        "x-envoy-retry-grpc-on, 5xx, false",
    })
    void onlyWhatHasAMeaningPasses(String name, String value, boolean passes) {
        // Given
        var checked = List.of(HeaderName.of("x-envoy-other"), HeaderName.of(name));
        // When
        LocalReply refusal = StrictHeaders.refusal(HeaderMap.of(name, value), checked);
        // Then
        assertThat(refusal == null).isEqualTo(passes);
        if (refusal != null) {
            assertThat(refusal.status()).isEqualTo(400);
            assertThat(refusal.body())
                    .asString()
                    .isEqualTo("invalid header '" + name + "' with value '" + value + "'");
        }
    }
}
