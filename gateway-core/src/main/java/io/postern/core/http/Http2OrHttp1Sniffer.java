package io.postern.core.http;

import static io.postern.core.http.Octets.ascii;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells HTTP/2 with prior knowledge from HTTP/1 on plain text: by the connection preface (RFC 9113
 * section 3.4). Replaces itself with the codec and hands on what was read.
 */
final class Http2OrHttp1Sniffer extends ChannelInboundHandlerAdapter {
    private static final byte[] PREFACE = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    private final ServerPipeline codecs;
    private @Nullable ByteBuf input;
    private @Nullable Future<?> silence;

    Http2OrHttp1Sniffer(ServerPipeline codecs) {
        this.codecs = codecs;
    }

    // Nobody else watches a connection that has not said anything yet.
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        long nanos = codecs.manager().idleTimeout().toNanos();
        if (nanos > 0) {
            silence =
                    context.executor().schedule(() -> close(context), nanos, TimeUnit.NANOSECONDS);
        }
    }

    private static void close(ChannelHandlerContext context) {
        var _ = context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf data)) {
            context.fireChannelRead(message);
            return;
        }
        ByteBuf before = input;
        ByteBuf all =
                before == null
                        ? data
                        : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(
                                context.alloc(), before, data);
        input = all;
        int count = Math.min(PREFACE.length, all.readableBytes());
        boolean matches = matches(all, count);
        if (matches && count < PREFACE.length) {
            return;
        }
        input = null;
        Channel channel = context.channel();
        if (matches) {
            codecs.installHttp2(channel, null);
        } else {
            codecs.installHttp1(channel, null);
        }
        context.fireChannelRead(all);
        context.pipeline().remove(this);
    }

    private static boolean matches(ByteBuf in, int count) {
        for (int i = 0; i < count; i++) {
            if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (silence != null) {
            silence.cancel(false);
        }
        if (input != null) {
            input.release();
            input = null;
        }
    }
}
