package io.postern.core.http;

import static io.postern.core.http.Http2Rig.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.HttpConnectionManager.CodecType;
import io.postern.config.model.HttpConnectionManager.UnderscoreAction;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.sdk.HeaderMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was written before a reset arrives before it, although both wait for the same flush. */
class Http2ResetIT {
    @RegisterExtension private final Buffers buffers = new Buffers();

    @SuppressWarnings("NullAway.Init") // set before each test
    private Http2Rig rig;

    private final Heard heard = new Heard();

    @BeforeEach
    void start() throws Exception {
        var manager =
                Settings.manager(
                        CodecType.AUTO,
                        Settings.HTTP1,
                        Settings.HTTP2,
                        UnderscoreAction.ALLOW,
                        false);
        var cluster = Settings.cluster(Settings.HTTP1, Settings.HTTP2);
        rig = new Http2Rig(buffers, manager, cluster, Protocol.HTTP_2);
    }

    @AfterEach
    void stop() throws Exception {
        rig.close();
    }

    private static HeaderMap request(String method) {
        return HeaderMap.of(":authority", "a", ":path", "/x", ":method", method, ":scheme", "http");
    }

    @Test
    void aClientGetsWhatWasSentBeforeTheReset() throws Exception {
        // Given
        HttpStream stream = rig.open(heard);
        rig.run(() -> stream.writeHeaders(request("GET"), true));
        HttpStream answer = rig.exchange(0, 1).stream;
        // When
        rig.run(() -> {
            answer.writeHeaders(HeaderMap.of(":status", "200"), false);
            answer.writeData(buffers.of("half"), false);
            answer.reset(ResetReason.REMOTE_RESET);
        });
        // Then
        until(() -> heard.events.size() == 3);
        assertThat(heard.events)
                .containsExactly("head :status: 200", "data half", "reset REMOTE_RESET");
    }

    @Test
    void anUpstreamGetsWhatWasSentBeforeTheReset() throws Exception {
        // Given
        HttpStream stream = rig.open(heard);
        // When
        rig.run(() -> {
            stream.writeHeaders(request("POST"), false);
            stream.writeData(buffers.of("half"), false);
            stream.reset(ResetReason.LOCAL_RESET);
        });
        // Then
        assertThat(rig.exchange(0, 3).events)
                .endsWith("data half", "reset REMOTE_RESET")
                .hasSize(3);
    }
}
