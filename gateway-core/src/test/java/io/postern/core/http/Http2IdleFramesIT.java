package io.postern.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.HttpConnectionManager.CodecType;
import io.postern.config.model.HttpConnectionManager.UnderscoreAction;
import io.postern.core.http.HttpConnection.Protocol;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that ask for nothing, written by hand: no client library would send them. */
class Http2IdleFramesIT {
    @RegisterExtension private final Buffers buffers = new Buffers();

    @SuppressWarnings("NullAway.Init") // set before each test
    private Http2Rig rig;

    @BeforeEach
    void start() throws Exception {
        var manager =
                Settings.manager(
                        CodecType.AUTO,
                        Settings.HTTP1,
                        Settings.HTTP2,
                        UnderscoreAction.ALLOW,
                        false);
        rig = new Http2Rig(buffers, manager, Settings.cluster(), Protocol.HTTP_2);
    }

    @AfterEach
    void stop() throws Exception {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(bytes = {2, 4, 99})
    void endsAConnectionThatSendsNothingButIdleFrames(byte type) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
            socket.setSoTimeout(10_000);
            var out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
            out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            frame(out, 4, 0, new byte[0]);
            // When
            for (int i = 0; i < 1_100; i++) {
                frame(out, type, type == 2 ? 1 : 0, new byte[type == 2 ? 5 : 0]);
            }
            out.flush();
            // Then
            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .contains("SETTINGS, PRIORITY and unknown frames");
        }
    }

    private static void frame(DataOutputStream out, int type, int stream, byte[] payload)
            throws IOException {
        out.writeShort(payload.length >> 8);
        out.writeByte(payload.length);
        out.writeByte(type);
        out.writeByte(0);
        out.writeInt(stream);
        out.write(payload);
    }
}
