package io.postern.core.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts RST_STREAM frames before they are decoded: Netty tells nobody of those for streams that
 * are over, so that nothing would end a flood of them. Confined to one event loop.
 */
final class Http2ResetCounter extends DecoratingHttp2ConnectionDecoder {
    private static final int HEADER = 9;
    private static final int RST_STREAM = 3;

    private @Nullable Http2BoundedFrames frames;
    private boolean inPayload;
    private int payload;

    Http2ResetCounter(Http2ConnectionDecoder decoder) {
        super(decoder);
    }

    @Override
    public void frameListener(Http2FrameListener listener) {
        if (listener instanceof Http2BoundedFrames bounded) {
            frames = bounded;
        }
        super.frameListener(listener);
    }

    @Override
    public void decodeFrame(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws Http2Exception {
        count(in);
        super.decodeFrame(context, in, out);
    }

    // Goes as far as the reader will: it leaves behind what is no whole header, or no whole
    // payload.
    private void count(ByteBuf in) throws Http2Exception {
        int at = in.readerIndex();
        while (true) {
            int needed = inPayload ? payload : HEADER;
            if (in.writerIndex() - at < needed) {
                return;
            }
            if (!inPayload) {
                payload = in.getUnsignedMedium(at);
                if (frames != null && in.getByte(at + 3) == RST_STREAM) {
                    frames.resetFrame();
                }
            }
            at += needed;
            inPayload = !inPayload;
        }
    }
}
