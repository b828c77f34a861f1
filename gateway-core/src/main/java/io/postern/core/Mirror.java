package io.postern.core;

import io.netty.buffer.ByteBuf;
import io.postern.core.http.HttpConnection;
import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import io.postern.core.http.ResetReason;
import io.postern.core.upstream.StreamRequester;
import io.postern.core.upstream.UpstreamHost;
import io.postern.core.upstream.WorkerCluster;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.Worker;
import io.postern.sdk.Worker.Cancellable;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The copy of a request on its way to another cluster. It cannot hurt the request: nobody waits for
 * it, its answer is thrown away, and it is given up when it would need more memory than the
 * cluster's buffer limit or more time than the request may take. Confined to the event loop.
 *
 * <p>Source: Envoy's request_mirror_policies with streaming shadows.
 */
final class Mirror implements StreamRequester, HttpStreamListener {
    private static final Cancellable NOTHING = () -> {};

    private final HeaderMap head;
    private final int limitBytes;
    private final ArrayDeque<ByteBuf> waitingData = new ArrayDeque<>(0);
    private int waitingBytes;
    private boolean ended;
    private boolean over;
    private boolean responded;
    private Cancellable asking = NOTHING;
    private Cancellable timer = NOTHING;
    private @Nullable HeaderMap trailers;
    private @Nullable HttpStream stream;

    /** {@code head}: the copy's own. */
    Mirror(HeaderMap head, int limitBytes) {
        this.head = head;
        this.limitBytes = limitBytes;
    }

    /** {@code timeoutNanos}: 0: none. */
    void start(WorkerCluster cluster, Worker worker, boolean endOfStream, long timeoutNanos) {
        ended = endOfStream;
        if (timeoutNanos > 0) {
            timer = worker.schedule(timeoutNanos, this::giveUp);
        }
        Cancellable asked = cluster.request(false, HttpConnection.Protocol.HTTP_1_1, this);
        if (!over && stream == null) {
            asking = asked;
        }
    }

    /** Takes {@code data} over. */
    void data(ByteBuf data, boolean endOfStream) {
        if (over) {
            data.release();
            return;
        }
        ended |= endOfStream;
        HttpStream open = stream;
        if (open != null) {
            open.writeData(data, endOfStream);
            if (!endOfStream && !open.isWritable()) {
                // It is slower than the request, which must not wait for it.
                giveUp();
            }
            return;
        }
        waitingBytes += data.readableBytes();
        waitingData.add(data);
        if (waitingBytes > limitBytes) {
            giveUp();
        }
    }

    void end(HeaderMap requestTrailers) {
        ended = true;
        HttpStream open = stream;
        if (open != null) {
            open.writeTrailers(requestTrailers);
        } else {
            HeaderMap copy = new HeaderMap(64);
            copy.copyFrom(requestTrailers);
            trailers = copy;
        }
    }

    /** The request has ended; a copy that is whole goes on without it. */
    void abandon() {
        if (!ended) {
            giveUp();
        }
    }

    private void giveUp() {
        if (over) {
            return;
        }
        finish();
        asking.cancel();
        HttpStream open = stream;
        stream = null;
        if (open != null) {
            open.reset(ResetReason.LOCAL_RESET);
        }
    }

    private void finish() {
        over = true;
        timer.cancel();
        ByteBuf data = waitingData.poll();
        while (data != null) {
            data.release();
            data = waitingData.poll();
        }
    }

    @Override
    public HttpStreamListener streamListener() {
        return this;
    }

    @Override
    public void onStreamReady(HttpStream ready, UpstreamHost host) {
        asking = NOTHING;
        stream = ready;
        HeaderMap last = trailers;
        ready.writeHeaders(head, ended && waitingData.isEmpty() && last == null);
        ByteBuf data = waitingData.poll();
        while (data != null) {
            ready.writeData(data, ended && waitingData.isEmpty() && last == null);
            data = waitingData.poll();
        }
        if (last != null) {
            ready.writeTrailers(last);
        }
    }

    @Override
    public void onStreamFailure(Failure failure, @Nullable UpstreamHost host, String text) {
        finish();
    }

    @Override
    public void onHeaders(HeaderMap response, boolean endOfStream) {
        answered(endOfStream);
    }

    @Override
    public void onData(ByteBuf data, boolean endOfStream) {
        data.release();
        answered(endOfStream);
    }

    @Override
    public void onTrailers(HeaderMap responseTrailers) {
        answered(true);
    }

    private void answered(boolean endOfStream) {
        responded |= endOfStream;
        if (responded && ended && !over) {
            finish();
        }
    }

    @Override
    public void onReset(ResetReason reason, String detail) {
        stream = null;
        if (!over) {
            finish();
        }
    }

    @Override
    public void onWritabilityChanged(boolean writable) {}
}
