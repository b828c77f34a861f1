package io.postern.filters.builtin.grpcweb;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.HeaderMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainAnswerTest {
    @ParameterizedTest
    @CsvSource({
        "200, application/grpc, false, false",
        "200, application/grpc+proto, false, false",
        "200, application/grpc-web, false, false",
        "200, Application/gRPC-Web+proto ; charset=x, false, false",
        "200, application/grpcx, false, true",
        "200, text/html, false, true",
        "503, application/grpc, false, true",
        "200, application/grpc, true, true",
    })
    void whatIsNoGrpcIsTurnedIntoIt(
            String status, String type, boolean endOfStream, boolean needed) {
        var head = HeaderMap.of(":status", status, "content-type", type);
        assertThat(PlainAnswer.isNeeded(head, endOfStream)).isEqualTo(needed);
    }

    @ParameterizedTest
    @CsvSource({
        "400, 13", "401, 16", "403, 7", "404, 12", "429, 14", "503, 14", "500, 2", "302, 2"
    })
    void theStatusBecomesAGrpcStatus(String status, String grpcStatus) {
        // Given
        var head = HeaderMap.of(":status", status, "content-type", "text/html");

        // When
        new PlainAnswer(head).finish();

        // Then
        assertThat(head)
                .hasToString(
                        ":status: "
                                + status
                                + "\ncontent-type: text/html\ngrpc-message: \ngrpc-status: "
                                + grpcStatus
                                + "\ncontent-length: 0\n");
    }

    @Test
    void aHeadAloneIsEnoughWithAGrpcStatus() {
        var head = HeaderMap.of(":status", "200", "grpc-status", "0");
        assertThat(PlainAnswer.isNeeded(head, true)).isFalse();
    }
}
