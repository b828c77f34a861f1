package io.postern.core.filter;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.postern.sdk.Body;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that one filter holds or is being shown in one direction. Owns its buffer until {@link
 * #take()}. Confined to the event loop.
 */
public final class HeldBody implements Body {
    private @Nullable ByteBuf bytes;
    private boolean edited;

    /** Whether there is nothing, not even an empty chunk. */
    public boolean isEmpty() {
        return bytes == null;
    }

    /** Takes over {@code more}, behind what is held already. */
    public void append(ByteBuf more) {
        ByteBuf held = bytes;
        if (held == null) {
            bytes = more;
        } else if (!more.isReadable()) {
            more.release();
        } else {
            bytes = joined(held, more);
        }
    }

    /** Hands over what is held; null when there is nothing. */
    @Nullable ByteBuf take() {
        ByteBuf held = bytes;
        bytes = null;
        return held;
    }

    /** Hands over what is held, or an empty buffer. */
    public ByteBuf takeOrEmpty() {
        ByteBuf held = take();
        return held == null ? Unpooled.EMPTY_BUFFER : held;
    }

    /** Whether the length was changed since the last call. */
    boolean takeEdited() {
        boolean was = edited;
        edited = false;
        return was;
    }

    /** Lets go of what is held. */
    public void release() {
        ByteBuf held = take();
        if (held != null) {
            held.release();
        }
    }

    @Override
    public int length() {
        return bytes == null ? 0 : bytes.readableBytes();
    }

    @Override
    public void copyTo(int index, byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(index, length, length());
        if (length > 0) {
            ByteBuf held = requireNonNull(bytes, "bytes");
            held.getBytes(held.readerIndex() + index, target, offset, length);
        }
    }

    @Override
    public void replace(int index, int length, byte[] source, int offset, int count) {
        Objects.checkFromIndexSize(index, length, length());
        Objects.checkFromIndexSize(offset, count, source.length);
        ByteBuf held = bytes == null ? Unpooled.EMPTY_BUFFER : bytes;
        int tail = index + length;
        ByteBuf result = held.alloc().buffer(held.readableBytes() - length + count);
        result.writeBytes(held, held.readerIndex(), index);
        result.writeBytes(source, offset, count);
        result.writeBytes(held, held.readerIndex() + tail, held.readableBytes() - tail);
        held.release();
        bytes = result;
        edited |= length != count;
    }

    private static ByteBuf joined(ByteBuf held, ByteBuf more) {
        int added = more.readableBytes();
        if (!held.isReadOnly() && held.refCnt() == 1 && held.maxFastWritableBytes() >= added) {
            held.writeBytes(more);
            more.release();
            return held;
        }
        // Doubling keeps the copying linear in the bytes that a filter holds.
        int capacity = Math.max(held.readableBytes() * 2, held.readableBytes() + added);
        ByteBuf grown = held.alloc().buffer(capacity);
        grown.writeBytes(held).writeBytes(more);
        held.release();
        more.release();
        return grown;
    }
}
