package io.postern.core;

import io.netty.buffer.ByteBuf;
import io.postern.config.model.RouteAction;
import io.postern.core.http.HttpStream;
import io.postern.core.upstream.WorkerCluster;
import io.postern.sdk.HeaderMap;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The request as far as it has passed the filters: what waits for an upstream stream, and, while a
 * retry is still possible, a copy by reference of what was sent already.
 *
 * <p>Bounded: above the buffer limit the client is no longer read while nothing is sent, and what
 * would be needed for a retry is given up (Envoy does the same). Confined to the event loop.
 */
final class RequestBody {
    private final Exchange exchange;
    private final int limitBytes;
    private final ArrayDeque<ByteBuf> kept = new ArrayDeque<>(0);
    private boolean keeping;
    private boolean lost;
    private boolean waiting = true;
    private boolean ended;
    private int keptBytes;
    private @Nullable HeaderMap trailers;

    RequestBody(Exchange exchange, boolean keeping, int limitBytes) {
        this.exchange = exchange;
        this.keeping = keeping;
        this.limitBytes = limitBytes;
    }

    /** As much as the route says, or as the cluster's connections buffer. */
    static int limit(RouteAction.Tries tries, WorkerCluster cluster) {
        return tries.bodyLimitBytes() < 0
                ? cluster.config().bufferLimitBytes()
                : (int) Math.min(tries.bodyLimitBytes(), Integer.MAX_VALUE);
    }

    /** Whether the head was all. */
    void headOnly(boolean endOfStream) {
        ended = endOfStream;
    }

    /** Takes over {@code data}; sends it when there is a stream. */
    void add(ByteBuf data, boolean endOfStream, @Nullable HttpStream stream) {
        ended |= endOfStream;
        if (stream == null || keeping) {
            keep(stream == null ? data : data.retainedSlice());
        }
        if (stream != null) {
            stream.writeData(data, endOfStream);
        } else if (keptBytes > limitBytes) {
            exchange.flowControl.upstreamWritable(false);
        }
    }

    void end(HeaderMap requestTrailers, @Nullable HttpStream stream) {
        ended = true;
        trailers = requestTrailers;
        if (stream != null) {
            stream.writeTrailers(requestTrailers);
        }
    }

    /** Sends the head and all that is there to a new stream. */
    void sendAll(HeaderMap head, HttpStream stream) {
        waiting = false;
        boolean bare = kept.isEmpty() && trailers == null;
        stream.writeHeaders(head, ended && bare);
        int left = kept.size();
        for (ByteBuf data : kept) {
            left--;
            stream.writeData(
                    keeping ? data.retainedSlice() : data, ended && left == 0 && trailers == null);
        }
        if (!keeping) {
            kept.clear();
            keptBytes = 0;
        }
        HeaderMap end = trailers;
        if (end != null) {
            stream.writeTrailers(end);
        }
    }

    /** Whether the whole request has been handed to a stream. */
    boolean sent() {
        return ended && !waiting;
    }

    /** Whether a retry is impossible because the start of the body is gone. */
    boolean lost() {
        return lost;
    }

    /** Whether all of the request is here. */
    boolean isWhole() {
        return ended && !lost && (keeping || kept.isEmpty());
    }

    /** The request's trailers; null: none came. */
    @Nullable HeaderMap trailers() {
        return trailers;
    }

    /** Hands over the body as one buffer; null: there is none. */
    @Nullable ByteBuf takeAll() {
        if (kept.isEmpty()) {
            return null;
        }
        ByteBuf all = kept.getFirst().alloc().buffer(keptBytes);
        kept.forEach(all::writeBytes);
        forget();
        return all;
    }

    /** No retry any more. */
    void forget() {
        keeping = false;
        release();
    }

    void release() {
        ByteBuf data = kept.poll();
        while (data != null) {
            data.release();
            data = kept.poll();
        }
        keptBytes = 0;
    }

    private void keep(ByteBuf data) {
        if (!data.isReadable()) {
            data.release();
            return;
        }
        kept.add(data);
        keptBytes += data.readableBytes();
        if (keeping && !waiting && keptBytes > limitBytes) {
            lost = true;
            forget();
        }
    }
}
