package io.postern.core.headers;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.RouteAction.GrpcTimeout;
import io.postern.sdk.HeaderMap;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcTimeoutsTest {
    private static GrpcTimeout limits(long max, long offset) {
        return new GrpcTimeout(Duration.ofMillis(max), Duration.ofMillis(offset));
    }

    @ParameterizedTest
    @CsvSource({
        "1H, 0, 0, 3600000",
        "2M, 0, 0, 120000",
        "3S, 0, 0, 3000",
        "4m, 0, 0, 4",
        "5000u, 0, 0, 5",
        "6000000n, 0, 0, 6",
        "10S, 2000, 0, 2000",
        "1S, 2000, 0, 1000",
        "1S, 0, 400, 600"
    })
    void aStreamMayTakeWhatTheRequestAsksForWithinTheLimits(
            String header, long max, long offset, long millis) {
        HeaderMap head = HeaderMap.of("grpc-timeout", header);

        assertThat(GrpcTimeouts.ofStream(head, limits(max, offset))).isEqualTo(millis * 1_000_000);
    }

    @ParameterizedTest
    @CsvSource({"''", "S", "1", "1x", "-1S", "123456789S", "1.5S"})
    void aHeaderThatCannotBeReadCountsAsNone(String header) {
        HeaderMap head = HeaderMap.of("grpc-timeout", header);

        assertThat(GrpcTimeouts.ofStream(head, limits(0, 0))).isEqualTo(-1);
        assertThat(GrpcTimeouts.ofAnswer(head, limits(7, 0))).isEqualTo(7_000_000);
    }

    @ParameterizedTest
    @CsvSource({
        "5S, 0, 0, 5000",
        "5S, 2000, 0, 2000",
        "1S, 2000, 100, 900",
        "1S, 2000, 3000, 1000"
    })
    void anAnswerHasTheTimeOfTheHeaderWithinTheLimits(
            String header, long max, long offset, long millis) {
        HeaderMap head = HeaderMap.of("grpc-timeout", header);

        assertThat(GrpcTimeouts.ofAnswer(head, limits(max, offset))).isEqualTo(millis * 1_000_000);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1m",
        "99999999, 99999999m",
        "100000000, 100000S",
        "100000000000, 1666666M",
        "6000000000000, 1666666H",
        "9000000000000000000, 99999999H",
    })
    void aTimeoutIsToldInEightDigits(long millis, String text) {
        assertThat(GrpcTimeouts.text(millis)).isEqualTo(text);
    }
}
