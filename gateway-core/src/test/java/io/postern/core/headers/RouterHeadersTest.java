package io.postern.core.headers;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.RouterOptions;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterHeadersTest {
    private final RouterHeaders headers = new RouterHeaders(RouterOptions.defaults());

    @ParameterizedTest
    @CsvSource({
        // route, per try of route, header, per try header, expected time-out header
        "15000, 0, , , 15000",
        "15000, 500, , , 500",
        "15000, 20000, , , 15000",
        "0, 0, , , ",
        "0, 500, , , 500",
        "15000, 0, 100, , 100",
        "15000, 0, 100, 50, 50",
        "15000, 0, x, , 15000",
        "15000, 0, 0, , ",
    })
    void tellsTheTimeout(
            long route, long perTry, String header, String perTryHeader, String expected) {
        // Given
        var head = new HeaderMap();
        if (header != null) {
            head.add(HeaderName.of("x-envoy-upstream-rq-timeout-ms"), header);
        }
        if (perTryHeader != null) {
            head.add(HeaderName.of("x-envoy-upstream-rq-per-try-timeout-ms"), perTryHeader);
        }

        // When
        long timeout = headers.takeTimeoutMillis(head, route);
        long ofTry = headers.takePerTryTimeoutMillis(head, perTry, timeout);
        headers.setExpectedTimeout(head, timeout, ofTry, 0, false);

        // Then
        assertThat(head)
                .hasToString(
                        expected == null
                                ? ""
                                : "x-envoy-expected-rq-timeout-ms: " + expected + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "15000, 0, 0, 15000",
        "15000, 0, 4000, 11000",
        "15000, 2000, 4000, 2000",
        "15000, 2000, 14000, 1000",
        "15000, 0, 15000, 1",
        "15000, 2000, 16000, 1",
        "0, 2000, 16000, 2000",
    })
    void aRetryHasWhatIsLeftOfTheTimeout(long timeout, long perTry, long elapsed, long expected) {
        // Given
        HeaderMap head = new HeaderMap();

        // When
        new RouterHeaders(RouterOptions.defaults())
                .setExpectedTimeout(head, timeout, perTry, elapsed, true);

        // Then
        assertThat(head)
                .hasToString(
                        "x-envoy-expected-rq-timeout-ms: "
                                + expected
                                + "\ngrpc-timeout: "
                                + expected
                                + "m\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'' | h:1", "o | o,h:1", "o,h:1 | o,h:1", "h:1,o | h:1,o,h:1"})
    void keepsTheOldHost(String before, String after) {
        // Given
        HeaderMap head = HeaderMap.of(":authority", "h:1", "x-forwarded-host", before);

        // When
        headers.rewriteHost(head, "new.host".getBytes(StandardCharsets.US_ASCII), true);

        // Then
        assertThat(head.get(HeaderName.AUTHORITY)).isEqualTo("new.host");
        assertThat(head.get(HeaderName.of("x-envoy-original-host"))).isEqualTo("h:1");
        assertThat(head.get(HeaderName.of("x-forwarded-host"))).isEqualTo(after);
    }

    @Test
    void countsAndTimes() {
        // Given
        HeaderMap head = HeaderMap.of("x-envoy-attempt-count", "7", "x-envoy-retry-on", "5xx");

        // When
        headers.setAttemptCount(head, 2);
        headers.setUpstreamServiceTime(head, 1234);
        headers.removeRouterHeaders(head);

        // Then
        assertThat(head)
                .hasToString("x-envoy-attempt-count: 2\nx-envoy-upstream-service-time: 1234\n");
    }
}
