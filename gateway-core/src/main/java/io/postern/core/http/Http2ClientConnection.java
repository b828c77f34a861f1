package io.postern.core.http;

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
import io.postern.config.model.Cluster;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo.TlsInfo;
import org.jspecify.annotations.Nullable;

/** A connection to an HTTP/2 upstream. Confined to the channel's event loop. */
final class Http2ClientConnection extends Http2Codec implements ClientConnection {
    private final Cluster cluster;
    private final Listener pool;
    private final Responses responses = new Responses();
    private int open;
    private boolean flooded;

    private Http2ClientConnection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            CodecWorker worker,
            Cluster cluster,
            @Nullable TlsInfo tls,
            Listener pool) {
        super(decoder, encoder, settings, worker, cluster.http2(), tls);
        this.cluster = cluster;
        this.pool = pool;
        decoder.frameListener(responses);
    }

    static Http2ClientConnection create(
            CodecWorker worker, Cluster cluster, @Nullable TlsInfo tls, Listener pool) {
        return new Http2Builder<Http2ClientConnection>(
                        false,
                        cluster.http2(),
                        cluster.maxResponseHeadersKib() * 1024,
                        (decoder, encoder, initial) ->
                                new Http2ClientConnection(
                                        decoder, encoder, initial, worker, cluster, tls, pool))
                .create();
    }

    // -- ClientConnection --------------------------------------------------------------------

    @Override
    public boolean canOpenStream() {
        return !isGone()
                && !isDraining()
                && context().channel().isActive()
                && open < maxConcurrentStreams();
    }

    @Override
    public int maxConcurrentStreams() {
        return Math.min(
                cluster.http2().maxConcurrentStreams(), connection().local().maxActiveStreams());
    }

    @Override
    public int openStreams() {
        return open;
    }

    @Override
    public HttpStream openStream(HttpStreamListener listener) {
        if (!canOpenStream()) {
            throw new IllegalStateException("bug: connection " + id() + " is full or ending");
        }
        open++;
        var side = new Http2Side(this);
        side.listener(listener);
        return side;
    }

    // -- Http2Codec --------------------------------------------------------------------------

    @Override
    void onAdded() {
        responses.start(context().executor().ticker());
    }

    @Override
    void onDataSent(int octets) {
        responses.dataSent(octets);
    }

    // What is sent on a stream that is over is answered with a reset: as often as it may happen.
    @Override
    boolean onStillborn(Http2Exception.StreamException error) {
        try {
            responses.idleFrame();
        } catch (Http2Exception flood) {
            if (!flooded) {
                flooded = true;
                onError(context(), false, flood);
            }
        }
        return !flooded;
    }

    @Override
    void onGone() {
        pool.onClosed(this);
    }

    @Override
    void onStreamEnded() {
        open--;
        if (!isGone()) {
            pool.onStreamClosed(this);
        }
        if (isDraining() && open == 0) {
            close();
        }
    }

    @Override
    long drainNanos() {
        return 0; // a server opens no streams towards us
    }

    @Override
    ChannelFuture sendHead(
            Http2Side side, @Nullable Http2Stream stream, HeaderMap head, boolean end) {
        int streamId = connection().local().incrementAndGetNextStreamId();
        var list = worker.http2Lists.request(head);
        ChannelFuture sent =
                encoder().writeHeaders(context(), streamId, list, 0, end, context().newPromise());
        Http2Stream opened = connection().stream(streamId);
        if (opened == null) {
            onStreamEnded();
            side.heardClosed(ResetReason.REMOTE_REFUSED_STREAM, "");
        } else {
            bind(opened, side);
            written();
        }
        return sent;
    }

    @Override
    void forget(Http2Side side) {
        onStreamEnded();
    }

    private final class Responses extends Http2BoundedFrames {
        @Override
        int streams() {
            return (connection().local().lastStreamCreated() + 1) / 2;
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
                boolean end)
                throws Http2Exception {
            if (streamId % 2 == 0) {
                throw Http2Exception.connectionError(
                        Http2Error.PROTOCOL_ERROR, "a server opened stream %d", streamId);
            }
            Http2Stream stream = connection().stream(streamId);
            Http2Side side = side(stream);
            if (stream == null || side == null) {
                return;
            }
            try {
                heardHeaders(side, stream, Http2HeaderLists.received(headers), end);
            } catch (RuntimeException e) {
                contain(side, e);
            }
        }

        private void heardHeaders(Http2Side side, Http2Stream stream, HeaderMap map, boolean end) {
            boolean trailers = side.hasReceivedHead();
            int status = trailers ? 0 : Octets.status(map);
            if (map.size() > cluster.maxResponseHeadersCount()
                    || !(trailers ? side.mayEnd() : isHead(side, map, status, end))) {
                refuse(side, stream);
            } else if (trailers) {
                side.heardTrailers(map);
            } else if (status < 200) {
                side.heardInformational(map);
            } else {
                side.heardHead(map, end);
            }
        }

        // RFC 9113 sections 8.1 and 8.6, RFC 9110 section 8.6: an interim response ends nothing,
        // is no 101 and has no length.
        private boolean isHead(Http2Side side, HeaderMap map, int status, boolean end) {
            return status < 200
                    ? status >= 100
                            && status != 101
                            && !end
                            && !map.contains(HeaderName.CONTENT_LENGTH)
                            && side.mayBeInformed()
                    : side.promised(map, status) && (!end || side.mayEnd());
        }

        private void refuse(Http2Side side, Http2Stream stream) {
            sendReset(stream, Http2Error.PROTOCOL_ERROR);
            side.heardClosed(ResetReason.PROTOCOL_ERROR, Fault.HTTP2_MESSAGING.details());
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext from, int streamId, ByteBuf data, int padding, boolean end) {
            Http2Stream stream = connection().stream(streamId);
            Http2Side side = side(stream);
            int all = data.readableBytes() + padding;
            if (stream == null || side == null) {
                return all;
            }
            try {
                if (!side.mayCarry(data.readableBytes(), end)) {
                    refuse(side, stream);
                    return all;
                }
                return side.heardData(data.retain(), padding, end);
            } catch (RuntimeException e) {
                contain(side, e);
                return all;
            }
        }

        // Netty takes them until the settings that forbid them are acknowledged.
        @Override
        public void onPushPromiseRead(
                ChannelHandlerContext from,
                int streamId,
                int promised,
                Http2Headers headers,
                int padding)
                throws Http2Exception {
            throw Http2Exception.connectionError(
                    Http2Error.PROTOCOL_ERROR, "a push on stream %d", streamId);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext from, int streamId, long error) {
            Http2Side side = side(connection().stream(streamId));
            if (side == null) {
                return;
            }
            ResetReason reason = ResetReason.REMOTE_RESET;
            if (error == Http2Error.REFUSED_STREAM.code()) {
                reason = ResetReason.REMOTE_REFUSED_STREAM;
            } else if (error == Http2Error.CONNECT_ERROR.code()) {
                reason = ResetReason.CONNECT_ERROR;
            }
            ResetReason why = reason;
            contained(side, () -> side.heardClosed(why, ""));
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext from, Http2Settings settings)
                throws Http2Exception {
            super.onSettingsRead(from, settings);
            pool.onCapacityChanged(Http2ClientConnection.this);
        }

        @Override
        public void onGoAwayRead(
                ChannelHandlerContext from, int lastStream, long error, ByteBuf debug)
                throws Http2Exception {
            super.onGoAwayRead(from, lastStream, error, debug);
            pool.onCapacityChanged(Http2ClientConnection.this);
            if (open == 0) {
                close();
            }
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext from, long data) {
            heardPingAck();
        }
    }
}
