package io.postern.core.http;

import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.postern.config.model.HttpConnectionManager.Http2Options;

/**
 * Puts Netty's HTTP/2 parts together. Its limits against floods of CONTINUATION, empty DATA and
 * control frames stay as they are, those on RST_STREAM are ours (what is for streams that are over
 * it does not count); the validations that are off by default are on.
 */
final class Http2Builder<C extends Http2Codec>
        extends AbstractHttp2ConnectionHandlerBuilder<C, Http2Builder<C>> {
    /** Makes the connection out of Netty's parts. */
    interface Maker<C> {
        C make(
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder,
                Http2Settings initial);
    }

    // Clients cancel; Netty's 200 in 30 s would end the connections of busy ones. What we send
    // ourselves answers a client's faults or tells it that an upload is not wanted any more.
    private static final int MAX_RESETS_HEARD = 1_000;
    private static final int MAX_RESETS_SENT = 5_000;
    private static final int RESET_SECONDS = 30;

    private final Maker<C> maker;

    Http2Builder(boolean server, Http2Options options, int maxHeadOctets, Maker<C> maker) {
        this.maker = maker;
        var settings =
                new Http2Settings()
                        .headerTableSize(options.hpackTableSize())
                        .initialWindowSize(options.initialStreamWindowSize())
                        .maxHeaderListSize(maxHeadOctets);
        if (server) {
            decoderEnforceMaxRstFramesPerWindow(MAX_RESETS_HEARD, RESET_SECONDS);
            encoderEnforceMaxRstFramesPerWindow(MAX_RESETS_SENT, RESET_SECONDS);
            if (options.allowConnect()) {
                settings.connectProtocolEnabled(true); // RFC 8441
            }
            settings.maxConcurrentStreams(options.maxConcurrentStreams());
        } else {
            settings.pushEnabled(false);
        }
        server(server);
        initialSettings(settings);
        validateHeaders(true);
        validateRequiredPseudoHeaders(true);
        decoupleCloseAndGoAway(true);
    }

    C create() {
        return build();
    }

    @Override
    protected C build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings initial) {
        return maker.make(new Http2ResetCounter(decoder), encoder, initial);
    }
}
