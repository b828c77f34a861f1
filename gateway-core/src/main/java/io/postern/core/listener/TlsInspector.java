package io.postern.core.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ClientHello without consuming it, lets the filter chain be chosen, then gets out of the
 * way. At most 64 KiB are looked at, as in Envoy. Confined to the event loop.
 *
 * <p>Source: {@code envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector}.
 */
final class TlsInspector extends ByteToMessageDecoder {
    private static final int MOST_BYTES = 64 * 1024;
    private static final int RECORD_HEADER = 5;

    private final ConnectionSetup setup;
    private boolean done;

    TlsInspector(ConnectionSetup setup) {
        this.setup = setup;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (done || !in.isReadable()) {
            return;
        }
        if (!ConnectionSetup.looksLikeTls(in)) {
            handOver(ctx, new ClientHello("", List.of()), "raw_buffer");
            return;
        }
        ByteBuf message = handshake(in);
        if (message != null) {
            handOver(ctx, ClientHello.parse(message), "tls");
            message.release();
        } else if (in.readableBytes() > MOST_BYTES) {
            var _ = ctx.close();
        }
    }

    // Taking this handler out fires what it has gathered to the handlers that were added behind it.
    private void handOver(ChannelHandlerContext ctx, ClientHello hello, String transportProtocol) {
        done = true;
        setup.serve(ctx.channel(), hello, transportProtocol, true);
        if (ctx.channel().isOpen()) {
            ctx.pipeline().remove(this);
        }
    }

    /** The first handshake message put together from its records; null: not all there yet. */
    private static @Nullable ByteBuf handshake(ByteBuf in) {
        ByteBuf message = Unpooled.buffer();
        int at = in.readerIndex();
        int end = in.writerIndex();
        while (at + RECORD_HEADER <= end && in.getUnsignedByte(at) == 22) {
            int length = in.getUnsignedShort(at + 3);
            if (at + RECORD_HEADER + length > end) {
                break;
            }
            message.writeBytes(in, at + RECORD_HEADER, length);
            at += RECORD_HEADER + length;
            if (message.readableBytes() >= 4
                    && message.readableBytes() >= 4 + message.getUnsignedMedium(1)) {
                return message;
            }
        }
        message.release();
        return null;
    }
}
