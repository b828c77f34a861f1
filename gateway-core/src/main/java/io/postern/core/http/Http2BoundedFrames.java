package io.postern.core.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;

/** Hears a peer's frames and counts those that ask for nothing, so that a flood of them ends. */
abstract class Http2BoundedFrames extends Http2EventAdapter {
    private static final int RESETS_AT_ONCE = 1_000; // beside one for each stream

    private @Nullable Http2IdleFrames idle;
    private int resets;

    /** How many streams there have been. */
    abstract int streams();

    /** Before anything is heard. */
    final void start(Ticker clock) {
        idle = new Http2IdleFrames(clock);
    }

    final void dataSent(int octets) {
        requireNonNull(idle).dataSent(octets);
    }

    /** A stream can be reset once: more of them are for streams that are over. */
    final void resetFrame() throws Http2Exception {
        resets++;
        if (resets > RESETS_AT_ONCE + streams()) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM, "more resets than streams");
        }
    }

    /** One more frame that asks for nothing. */
    final void idleFrame() throws Http2Exception {
        requireNonNull(idle).heard(streams());
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext from, Http2Settings settings)
            throws Http2Exception {
        idleFrame();
    }

    @Override
    public final void onSettingsAckRead(ChannelHandlerContext from) throws Http2Exception {
        idleFrame();
    }

    @Override
    public final void onPriorityRead(
            ChannelHandlerContext from,
            int streamId,
            int dependency,
            short weight,
            boolean exclusive)
            throws Http2Exception {
        idleFrame();
    }

    @Override
    public final void onUnknownFrame(
            ChannelHandlerContext from, byte type, int streamId, Http2Flags flags, ByteBuf payload)
            throws Http2Exception {
        idleFrame();
    }

    @Override
    public final void onWindowUpdateRead(ChannelHandlerContext from, int streamId, int more)
            throws Http2Exception {
        idleFrame();
    }

    @Override
    public void onGoAwayRead(ChannelHandlerContext from, int lastStream, long error, ByteBuf debug)
            throws Http2Exception {
        idleFrame();
    }

    @Override
    public final void onPingRead(ChannelHandlerContext from, long data) throws Http2Exception {
        idleFrame();
    }
}
