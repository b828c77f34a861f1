package io.postern.app.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    HTTP/1.1 200 OK#date: x                                                | false
                    HTTP/1.1 204 No Content#date: x##                                      | true
                    HTTP/1.1 200 OK#content-length: 0##                                    | true
                    HTTP/1.1 200 OK#content-length: 2##a                                   | false
                    HTTP/1.1 200 OK#content-length: 2#server: envoy##ab                    | true
                    HTTP/1.1 200 OK#transfer-encoding: chunked##2#ab                       | false
                    HTTP/1.1 200 OK#transfer-encoding: chunked##2#ab#0#                    | false
                    HTTP/1.1 200 OK#transfer-encoding: chunked##2#ab#0##                   | true
                    HTTP/1.1 401 Unauthorized#content-length: 1#content-type: text/plain## | false
                    """)
    void isWholeWhereItsHeadSaysSo(String answer, boolean whole) {
        // Given
        byte[] octets = answer.replace("#", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        // Then
        assertThat(Answer.isWhole(octets, octets.length)).isEqualTo(whole);
    }

    @Test
    void isNotWaitedForForever() throws IOException {
        // Given a listener whose plugins hold every request
        try (var silent = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
                var requests =
                        new OwnRequests(silent.getLocalSocketAddress(), Duration.ofMillis(10))) {
            // Then
            assertThatThrownBy(requests::round).isInstanceOf(SocketTimeoutException.class);
        }
    }
}
