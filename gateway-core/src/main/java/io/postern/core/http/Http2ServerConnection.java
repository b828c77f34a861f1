package io.postern.core.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.postern.config.model.HttpConnectionManager;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo.TlsInfo;
import org.jspecify.annotations.Nullable;

/** A client's HTTP/2 connection. Confined to the channel's event loop. */
final class Http2ServerConnection extends Http2Codec {
    private static final HeaderName EXPECT = HeaderName.of("expect");
    private static final HeaderMap CONTINUE = HeaderMap.of(":status", "100");

    private final HttpConnectionManager manager;
    private final ServerStreams.Factory factory;
    private @Nullable ServerStreams streams;
    private final Requests requests = new Requests();

    private Http2ServerConnection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            ServerPipeline codecs,
            @Nullable TlsInfo tls) {
        super(decoder, encoder, settings, codecs.worker(), codecs.manager().http2(), tls);
        manager = codecs.manager();
        factory = codecs.streams();
        decoder.frameListener(requests);
    }

    static Http2ServerConnection create(ServerPipeline codecs, @Nullable TlsInfo tls) {
        HttpConnectionManager manager = codecs.manager();
        return new Http2Builder<Http2ServerConnection>(
                        true,
                        manager.http2(),
                        manager.maxRequestHeadersKib() * 1024,
                        (decoder, encoder, initial) ->
                                new Http2ServerConnection(decoder, encoder, initial, codecs, tls))
                .create();
    }

    @Override
    void onAdded() {
        requests.start(context().executor().ticker());
        streams = factory.onConnection(this);
    }

    private ServerStreams streams() {
        return requireNonNull(streams);
    }

    @Override
    void onGone() {
        streams().onConnectionClosed();
    }

    @Override
    void onStreamEnded() {}

    @Override
    void onDataSent(int octets) {
        requests.dataSent(octets);
    }

    // Netty resets the stream; here the request is logged.
    @Override
    boolean onStillborn(Http2Exception.StreamException error) {
        boolean isNew = error.streamId() > connection().remote().lastStreamCreated();
        boolean tooLarge = error instanceof Http2Exception.HeaderListSizeException;
        if (isNew && !tooLarge && error.error() == Http2Error.PROTOCOL_ERROR) {
            var side = new Http2Side(this);
            side.listener(streams().onStream(side, Protocol.HTTP_2));
            contained(
                    side,
                    () ->
                            side.heardClosed(
                                    ResetReason.PROTOCOL_ERROR,
                                    Fault.HTTP2_INVALID_FIELD.details()));
        }
        return true;
    }

    // Netty would answer by itself, unseen by the log.
    @Override
    protected void handleServerHeaderDecodeSizeError(
            ChannelHandlerContext from, Http2Stream stream) {
        var side = new Http2Side(this);
        bind(stream, side);
        side.listener(streams().onStream(side, Protocol.HTTP_2));
        contained(side, () -> side.heardFault(Fault.HTTP2_HEAD_TOO_LARGE, true));
    }

    @Override
    long drainNanos() {
        return manager.drainTimeout().toNanos();
    }

    @Override
    ChannelFuture sendHead(
            Http2Side side, @Nullable Http2Stream stream, HeaderMap head, boolean end) {
        written();
        var list = worker.http2Lists.response(head);
        int streamId = requireNonNull(stream).id(); // a side that lives has one
        return encoder().writeHeaders(context(), streamId, list, 0, end, context().newPromise());
    }

    @Override
    void forget(Http2Side side) {}

    private void open(Http2Stream stream, Http2Headers headers, boolean end) {
        var side = new Http2Side(this);
        bind(stream, side);
        try {
            HeaderMap head = Http2HeaderLists.received(headers);
            if (manager.http2().allowConnect() && ExtendedConnect.toUpgrade(head)) {
                side.setUpgrade();
            }
            Fault fault =
                    Http2HeaderLists.check(
                            head, manager.maxHeadersCount(), manager.underscoreAction());
            int method = head.indexOf(HeaderName.METHOD);
            if (method >= 0 && head.valueIs(method, "HEAD")) {
                side.setBodiless();
            }
            boolean expects = fault == null && !end && answersExpect(head);
            side.listener(streams().onStream(side, Protocol.HTTP_2));
            if (fault != null) {
                side.heardFault(fault, end);
                return;
            }
            if (expects) {
                side.writeHeaders(CONTINUE, false);
            }
            side.heardHead(head, end);
        } catch (RuntimeException e) {
            contain(side, e);
        }
    }

    private boolean answersExpect(HeaderMap head) {
        int expect = manager.proxy100Continue() ? -1 : head.indexOf(EXPECT);
        if (expect < 0 || !head.valueIsIgnoreCase(expect, "100-continue")) {
            return false;
        }
        head.remove(EXPECT);
        return true;
    }

    private final class Requests extends Http2BoundedFrames {
        @Override
        int streams() {
            return (connection().remote().lastStreamCreated() + 1) / 2;
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext from,
                int streamId,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean end) {
            Http2Stream stream = connection().stream(streamId);
            if (stream == null) {
                return;
            }
            Http2Side side = side(stream);
            if (side == null) {
                open(stream, headers, end);
            } else {
                contained(side, () -> side.heardTrailers(Http2HeaderLists.received(headers)));
            }
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext from, int streamId, ByteBuf data, int padding, boolean end) {
            Http2Side side = side(connection().stream(streamId));
            int all = data.readableBytes() + padding;
            if (side == null) {
                return all;
            }
            try {
                return side.heardData(data.retain(), padding, end);
            } catch (RuntimeException e) {
                contain(side, e);
                return all;
            }
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext from, int streamId, long error) {
            Http2Side side = side(connection().stream(streamId));
            if (side != null) {
                contained(side, () -> side.heardClosed(ResetReason.REMOTE_RESET, ""));
            }
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext from, long data) {
            heardPingAck();
        }
    }
}
