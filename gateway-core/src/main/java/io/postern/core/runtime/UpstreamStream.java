package io.postern.core.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.postern.core.filter.HeldBody;
import io.postern.core.http.HttpConnection;
import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import io.postern.core.http.ResetReason;
import io.postern.core.upstream.StreamRequester;
import io.postern.core.upstream.UpstreamFailure;
import io.postern.core.upstream.UpstreamHost;
import io.postern.core.upstream.WorkerCluster;
import io.postern.sdk.ClientStream;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.Worker.Cancellable;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A request that a filter goes on with in both directions. Bytes wait here until the connection is
 * there and takes them. Confined to the event loop.
 */
final class UpstreamStream extends DeadlineWheel.Deadline
        implements StreamRequester, HttpStreamListener, ClientStream {
    /** What may wait to be sent; beyond it a peer that does not read breaks the stream. */
    private static final int PENDING_LIMIT_BYTES = 4 << 20;

    private final WorkerLoop worker;
    private final WorkerCluster cluster;
    private final ClientStream.Listener listener;
    private final HeaderMap head = new HeaderMap();
    private final ArrayDeque<byte[]> unsent = new ArrayDeque<>();
    private final HeldBody shown = new HeldBody();
    private Cancellable waiting = () -> {};
    private @Nullable HttpStream stream;
    private int unsentBytes;
    private long sentNanos;
    private boolean requestEnded;
    private boolean headArrived;
    private boolean over;

    UpstreamStream(WorkerLoop worker, WorkerCluster cluster, ClientStream.Listener listener) {
        this.worker = worker;
        this.cluster = cluster;
        this.listener = listener;
    }

    void start(HeaderMap headers, long timeoutNanos) {
        head.copyFrom(headers);
        InternalHeaders.request(head, timeoutNanos);
        if (timeoutNanos > 0) {
            worker.deadlines().arm(this, System.nanoTime() + timeoutNanos);
        }
        // From the loop, never from inside the caller: it does not know the stream yet.
        worker.execute(this::ask);
    }

    private void ask() {
        if (over) {
            return;
        }
        Cancellable cancellable = cluster.request(false, HttpConnection.Protocol.HTTP_2, this);
        if (!over && stream == null) {
            waiting = cancellable;
        }
    }

    @Override
    public void send(byte[] bytes, boolean endOfStream) {
        if (over || requestEnded) {
            return;
        }
        requestEnded = endOfStream;
        HttpStream open = stream;
        if (open != null && unsent.isEmpty() && open.isWritable()) {
            open.writeData(Unpooled.wrappedBuffer(bytes), endOfStream);
            return;
        }
        if (open == null && bytes.length == 0 && unsent.isEmpty()) {
            return; // the head alone, or an end that goes with it
        }
        unsent.add(bytes);
        unsentBytes += bytes.length;
        if (unsentBytes > PENDING_LIMIT_BYTES) {
            worker.execute(() -> fail(UpstreamFailure.of(Failure.OVERFLOW, "").reply(false)));
        }
    }

    private void flush(HttpStream open) {
        while (!unsent.isEmpty() && open.isWritable() && !over) {
            byte[] next = unsent.remove();
            unsentBytes -= next.length;
            open.writeData(Unpooled.wrappedBuffer(next), requestEnded && unsent.isEmpty());
        }
    }

    @Override
    public void reset() {
        if (!over) {
            end();
            abort();
        }
    }

    private void abort() {
        waiting.cancel();
        HttpStream open = stream;
        stream = null;
        if (open != null) {
            open.reset(ResetReason.LOCAL_RESET);
        }
    }

    private void end() {
        over = true;
        unsent.clear();
        worker.deadlines().disarm(this);
    }

    private void fail(LocalReply reply) {
        if (over) {
            return;
        }
        end();
        abort();
        if (headArrived) {
            listener.onReset();
        } else {
            listener.onFailure(reply);
        }
    }

    // What arrives

    @Override
    public HttpStreamListener streamListener() {
        return this;
    }

    @Override
    public void onStreamReady(HttpStream ready, UpstreamHost host) {
        stream = ready;
        sentNanos = System.nanoTime();
        ready.writeHeaders(head, requestEnded && unsent.isEmpty());
        flush(ready);
    }

    @Override
    public void onStreamFailure(
            Failure failure, @Nullable UpstreamHost host, String transportFailure) {
        fail(UpstreamFailure.of(failure, transportFailure).reply(false));
    }

    @Override
    public void onHeaders(HeaderMap response, boolean endOfStream) {
        headArrived = true;
        if (!over) {
            InternalHeaders.response(response, System.nanoTime() - sentNanos);
            ended(endOfStream);
            listener.onHeaders(response, endOfStream);
        }
    }

    @Override
    public void onData(ByteBuf data, boolean endOfStream) {
        if (over) {
            data.release();
            return;
        }
        ended(endOfStream);
        shown.append(data);
        try {
            listener.onData(shown, endOfStream);
        } finally {
            shown.release();
        }
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
        if (!over) {
            ended(true);
            listener.onTrailers(trailers);
        }
    }

    // A server that has answered does not need the rest of the request.
    private void ended(boolean endOfStream) {
        if (endOfStream) {
            end();
            if (!requestEnded) {
                abort();
            }
        }
    }

    @Override
    public void onReset(ResetReason reason, String detail) {
        stream = null;
        fail(UpstreamFailure.of(reason, detail).reply(false));
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
        HttpStream open = stream;
        if (writable && open != null) {
            flush(open);
        }
    }

    @Override
    protected void onDeadline() {
        fail(UpstreamFailure.TRY_TIMEOUT.reply(false));
    }
}
