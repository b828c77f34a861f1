package io.postern.core.runtime;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayList;

/**
 * Channels of one event loop with unflushed writes: one flush, hence one system call, per channel
 * and read batch.
 *
 * <p>Every channel handler of ours calls {@link #enterRead()} before and {@link #exitRead()} after
 * it handles what was read; writers call {@link #written}. Confined to the event loop.
 */
public final class FlushBatch {
    private final EventLoop loop;
    private final ArrayList<Channel> dirty = new ArrayList<>();
    private int next; // the first of dirty that was not flushed yet
    private int depth;
    private boolean scheduled;

    /** A batch for the channels of {@code loop}. */
    public FlushBatch(EventLoop loop) {
        this.loop = loop;
    }

    /** Reading began: writes from here on wait for {@link #exitRead()}. */
    public void enterRead() {
        depth++;
    }

    /** Reading ended (channelReadComplete): everything written meanwhile is flushed. */
    public void exitRead() {
        if (depth > 0) {
            depth--;
        }
        if (depth == 0) {
            flush();
        }
    }

    /**
     * Something was written to {@code channel}. A handler calls this once per channel and batch if
     * it keeps a flag that it clears in its {@code flush}; calling it more often is harmless.
     */
    public void written(Channel channel) {
        int last = dirty.size() - 1;
        if (last >= next && dirty.get(last).equals(channel)) {
            return;
        }
        dirty.add(channel);
        if (depth == 0 && !scheduled) {
            scheduled = true;
            loop.execute(this::flushLater);
        }
    }

    private void flushLater() {
        scheduled = false;
        if (depth == 0) {
            flush();
        }
    }

    private void flush() {
        // A flush may complete writes whose listeners write again: those join the same round.
        while (next < dirty.size()) {
            dirty.get(next++).flush();
        }
        dirty.clear();
        next = 0;
    }
}
