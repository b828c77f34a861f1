package io.postern.core.http;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.concurrent.Ticker;

/**
 * Bounds the frames by which a client asks for nothing: SETTINGS and its acknowledgement, PRIORITY,
 * PING, WINDOW_UPDATE, GOAWAY and unknown ones. Each costs a little and none counts as a stream, so
 * that nothing else would end a flood of them. Confined to one event loop.
 *
 * <p>As Envoy bounds PRIORITY and WINDOW_UPDATE, by what was asked for and answered; and by time,
 * so that a client may keep a quiet connection alive for days.
 */
final class Http2IdleFrames {
    private static final int AT_ONCE = 1_000;
    private static final int PER_STREAM = 100; // Envoy's, of PRIORITY
    private static final int PER_DATA = 10; // Envoy's, of WINDOW_UPDATE
    private static final int OCTETS_PER_FRAME = 1_024; // one write is sent as several DATA frames
    private static final int PER_SECOND = 10;
    private static final long SECOND = 1_000_000_000;

    private final Ticker clock;
    private final long since;
    private long heard;
    private long answered;

    Http2IdleFrames(Ticker clock) {
        this.clock = clock;
        since = clock.nanoTime();
    }

    /** Data was sent to the client, who may now give credit for it. */
    void dataSent(int octets) {
        answered += PER_DATA + octets / OCTETS_PER_FRAME;
    }

    /**
     * One more such frame has arrived.
     *
     * @param streams the number of streams that the client has opened
     * @throws Http2Exception a connection error: there were too many
     */
    void heard(int streams) throws Http2Exception {
        heard++;
        long allowed = AT_ONCE + (long) PER_STREAM * streams + answered;
        if (heard > allowed && heard > allowed + age() * PER_SECOND) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM,
                    "more than %d frames that ask for nothing",
                    allowed);
        }
    }

    private long age() {
        return (clock.nanoTime() - since) / SECOND;
    }
}
