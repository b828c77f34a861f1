package io.postern.core.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent on one HTTP/1 connection: heads, chunk lines and small bodies are gathered in
 * one buffer, so that a usual message is one write; large bodies follow without a copy. Written out
 * when the worker's flush batch ends. Confined to the event loop.
 */
final class Http1Output {
    private static final int GATHERED = 2048; // bodies up to this size are copied
    private static final int LARGEST = 16 * 1024; // then it counts against the water mark

    private final ChannelHandlerContext context;
    private final CodecWorker worker;
    private @Nullable ByteBuf gathered;
    private boolean dirty;

    Http1Output(ChannelHandlerContext context, CodecWorker worker) {
        this.context = context;
        this.worker = worker;
    }

    /** Appends octets. */
    void write(byte[] octets, int length) {
        room(length).writeBytes(octets, 0, length);
        written();
    }

    /** Appends a body; takes over {@code data}. */
    void write(ByteBuf data) {
        int length = data.readableBytes();
        if (length == 0) {
            data.release();
            return;
        }
        if (length <= GATHERED) {
            try {
                room(length).writeBytes(data);
            } finally {
                data.release();
            }
        } else {
            push();
            var _ = context.write(data, context.voidPromise());
        }
        written();
    }

    /** Hands what was gathered to the channel; called when the channel is flushed. */
    void push() {
        ByteBuf ready = gathered;
        gathered = null;
        dirty = false;
        if (ready != null) {
            var _ = context.write(ready, context.voidPromise());
        }
    }

    /** Sends everything and then does {@code then}. */
    void flushAnd(ChannelFutureListener then) {
        ByteBuf last = gathered == null ? Unpooled.EMPTY_BUFFER : gathered;
        gathered = null;
        var _ = context.writeAndFlush(last).addListener(then);
    }

    /** The connection is gone. */
    void discard() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }

    private ByteBuf room(int length) {
        ByteBuf to = gathered;
        if (to != null && to.readableBytes() + length > LARGEST) {
            push();
            to = null;
        }
        if (to == null) {
            to = context.alloc().directBuffer(Math.max(1024, length + 256));
            gathered = to;
        }
        return requireNonNull(to);
    }

    private void written() {
        if (!dirty) {
            dirty = true;
            worker.batch.written(context.channel());
        }
    }
}
