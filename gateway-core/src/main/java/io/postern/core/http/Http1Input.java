package io.postern.core.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/** What was read and is not parsed yet; usually nothing between two reads. */
final class Http1Input {
    private @Nullable ByteBuf octets;

    /** Takes over {@code data}. */
    void add(ByteBuf data, ByteBufAllocator allocator) {
        ByteBuf before = octets;
        octets =
                before == null
                        ? data
                        : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, before, data);
    }

    @Nullable ByteBuf octets() {
        return octets;
    }

    boolean isReadable() {
        return octets != null && octets.isReadable();
    }

    /**
     * The first {@code count} octets, to be released by the caller; all of them without a slice.
     */
    ByteBuf take(ByteBuf in, int count) {
        if (count == in.readableBytes()) {
            octets = null;
            return in;
        }
        return in.readRetainedSlice(count);
    }

    void release() {
        if (octets != null) {
            octets.release();
            octets = null;
        }
    }
}
