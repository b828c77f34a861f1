package io.postern.core.http;

import static io.postern.core.http.Http2Rig.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.HttpConnectionManager.CodecType;
import io.postern.config.model.HttpConnectionManager.Http2Options;
import io.postern.config.model.HttpConnectionManager.UnderscoreAction;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.sdk.HeaderMap;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Upgrades over HTTP/2 (RFC 8441), with our own codec at both ends. */
class Http2UpgradeIT {
    @RegisterExtension private final Buffers buffers = new Buffers();

    private static Http2Options options() {
        return new Http2Options(
                4096, 100, 65536, 1 << 20, true, false, Duration.ZERO, Duration.ZERO);
    }

    private Http2Rig rig() throws Exception {
        Http2Options options = options();
        return new Http2Rig(
                buffers,
                Settings.manager(
                        CodecType.AUTO, Settings.HTTP1, options, UnderscoreAction.ALLOW, false),
                Settings.cluster(Settings.HTTP1, options),
                Protocol.HTTP_2);
    }

    private static HeaderMap upgrade() {
        return HeaderMap.of(
                ":authority", "a",
                ":path", "/chat",
                ":method", "GET",
                ":scheme", "http",
                "connection", "Upgrade",
                "upgrade", "websocket");
    }

    @Test
    void anUpgradeCrossesAsExtendedConnect() throws Exception {
        // Given
        Http2Rig rig = rig();
        var heard = new Heard();
        HttpStream stream = rig.open(heard);
        // When
        rig.run(() -> stream.writeHeaders(upgrade(), false));
        var exchange = rig.exchange(0, 1);
        rig.run(() ->
                exchange.stream.writeHeaders(
                        HeaderMap.of(
                                ":status", "101", "connection", "upgrade", "upgrade", "websocket"),
                        false));
        rig.run(() -> exchange.stream.writeData(buffers.of("frame"), false));
        until(() -> heard.events.size() == 2);
        rig.run(() -> stream.writeData(buffers.of("back"), false));
        rig.exchange(0, 2);
        // Then
        assertThat(exchange.events.getFirst())
                .contains(":method: GET", "upgrade: websocket", "connection: upgrade")
                .doesNotContain(":protocol");
        assertThat(exchange.events.get(1)).isEqualTo("data back");
        assertThat(heard.events.getFirst()).contains(":status: 101", "upgrade: websocket");
        assertThat(heard.events.get(1)).isEqualTo("data frame");
        rig.close();
    }
}
