package io.postern.core.headers;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.HttpConnectionManager.ServerHeader;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseHeadersTest {
    private static final long NOW = 1_795_383_251_939_000_000L;
    private static final HeaderMap REQUEST = HeaderMap.of(":path", "/", "x-request-id", "id");

    private final Managers manager = new Managers();

    @Test
    void finishesAProxiedResponse() {
        // Given
        HeaderMap response =
                HeaderMap.of(
                        ":status", "200",
                        "connection", "x-nom",
                        "x-nom", "1",
                        "keep-alive", "5",
                        "transfer-encoding", "chunked",
                        "upgrade", "h2c",
                        "server", "upstream");

        // When
        new ResponseHeaders(manager.build()).finish(response, REQUEST, NOW);

        // Then
        assertThat(response)
                .hasToString(
                        """
                        :status: 200
                        x-nom: 1
                        server: envoy
                        date: Sun, 22 Nov 2026 21:34:11 GMT
                        """);
    }

    @ParameterizedTest
    @CsvSource({
        "OVERWRITE, upstream, envoy",
        "APPEND_IF_ABSENT, upstream, upstream",
        "APPEND_IF_ABSENT, , envoy",
        "PASS_THROUGH, upstream, upstream",
        "PASS_THROUGH, , "
    })
    void setsTheServer(ServerHeader mode, String before, String after) {
        // Given
        manager.serverHeader = mode;
        HeaderMap response = HeaderMap.of(":status", "200", "date", "earlier");
        if (before != null) {
            response.add(HeaderName.of("server"), before);
        }

        // When
        new ResponseHeaders(manager.build()).finish(response, REQUEST, NOW);

        // Then
        assertThat(response.get(HeaderName.of("server"))).isEqualTo(after);
        assertThat(response.get(HeaderName.of("date"))).isEqualTo("earlier");
    }

    @ParameterizedTest
    @CsvSource({"101, false", "200, true"})
    void keepsAnUpgrade(String status, boolean length) {
        // Given
        HeaderMap request = HeaderMap.of("connection", "upgrade", "upgrade", "websocket");
        HeaderMap response =
                HeaderMap.of(":status", status, "connection", "upgrade", "upgrade", "websocket");

        // When
        new ResponseHeaders(manager.build()).finish(response, request, NOW);

        // Then
        assertThat(Upgrade.isUpgrade(response)).isTrue();
        assertThat(response.contains(HeaderName.CONTENT_LENGTH)).isEqualTo(length);
    }

    @Test
    void repeatsTheRequestIdWhereToldTo() {
        // Given
        manager.alwaysSetRequestId = true;
        manager.via = "1.1 gate";
        HeaderMap response = HeaderMap.of(":status", "200", "x-request-id", "other");

        // When
        new ResponseHeaders(manager.build()).finish(response, REQUEST, NOW);

        // Then
        assertThat(response.get(HeaderName.of("x-request-id"))).isEqualTo("id");
        assertThat(response.get(HeaderName.of("via"))).isEqualTo("1.1 gate");
    }
}
