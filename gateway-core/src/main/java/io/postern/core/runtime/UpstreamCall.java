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
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import io.postern.sdk.Worker.CallListener;
import io.postern.sdk.Worker.Cancellable;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request that a filter makes itself (Envoy's AsyncClient): sent at once, its answer collected.
 * Failures become the local replies that Envoy makes of them. Confined to the event loop.
 */
final class UpstreamCall extends DeadlineWheel.Deadline
        implements StreamRequester, HttpStreamListener, Cancellable {
    /** Envoy buffers responses of such calls without a limit; we do not. */
    private static final int RESPONSE_LIMIT_BYTES = 16 << 20;

    private static final byte[] TIMED_OUT = ascii("upstream request timeout");

    private final WorkerLoop worker;
    private final WorkerCluster cluster;
    private final CallListener listener;
    private final HeaderMap head = new HeaderMap();
    private final HeaderMap requestTrailers = new HeaderMap(64);
    private final HeldBody received = new HeldBody();
    private byte[] body = {};
    private Cancellable waiting = () -> {};
    private @Nullable HttpStream stream;
    private @Nullable HeaderMap responseHead;
    private long sentNanos;
    private boolean over;

    UpstreamCall(WorkerLoop worker, WorkerCluster cluster, CallListener listener) {
        this.worker = worker;
        this.cluster = cluster;
        this.listener = listener;
    }

    void start(HeaderMap headers, byte[] requestBody, HeaderMap trailers, long timeoutNanos) {
        head.copyFrom(headers);
        InternalHeaders.request(head, timeoutNanos);
        requestTrailers.copyFrom(trailers);
        body = requestBody;
        if (body.length > 0) {
            head.set(HeaderName.CONTENT_LENGTH, Integer.toString(body.length));
        }
        if (timeoutNanos > 0) {
            worker.deadlines().arm(this, System.nanoTime() + timeoutNanos);
        }
        // From the loop, never from inside the caller: the answer must not overtake the call's id.
        worker.execute(this::ask);
    }

    private void ask() {
        if (over) {
            return;
        }
        Cancellable cancellable = cluster.request(false, HttpConnection.Protocol.HTTP_1_1, this);
        if (!over && stream == null) {
            waiting = cancellable;
        }
    }

    @Override
    public HttpStreamListener streamListener() {
        return this;
    }

    @Override
    public void onStreamReady(HttpStream ready, UpstreamHost host) {
        stream = ready;
        sentNanos = System.nanoTime();
        boolean hasTrailers = requestTrailers.size() > 0;
        ready.writeHeaders(head, body.length == 0 && !hasTrailers);
        if (body.length > 0) {
            ready.writeData(Unpooled.wrappedBuffer(body), !hasTrailers);
        }
        if (hasTrailers) {
            ready.writeTrailers(requestTrailers);
        }
    }

    @Override
    public void onStreamFailure(
            Failure failure, @Nullable UpstreamHost host, String transportFailure) {
        reply(UpstreamFailure.of(failure, transportFailure).reply(false));
    }

    @Override
    public void onHeaders(HeaderMap response, boolean endOfStream) {
        responseHead = response;
        InternalHeaders.response(response, System.nanoTime() - sentNanos);
        if (endOfStream) {
            complete(response, new HeaderMap(16));
        }
    }

    @Override
    public void onData(ByteBuf data, boolean endOfStream) {
        if (over) {
            data.release();
            return;
        }
        received.append(data);
        HeaderMap response = responseHead;
        if (received.length() > RESPONSE_LIMIT_BYTES) {
            abort();
            brokeOff();
        } else if (endOfStream && response != null) {
            complete(response, new HeaderMap(16));
        }
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
        HeaderMap response = responseHead;
        if (response != null) {
            complete(response, trailers);
        }
    }

    @Override
    public void onReset(ResetReason reason, String detail) {
        stream = null;
        if (responseHead == null) {
            reply(UpstreamFailure.of(reason, detail).reply(false));
        } else {
            brokeOff();
        }
    }

    @Override
    public void onWritabilityChanged(boolean writable) {}

    @Override
    protected void onDeadline() {
        abort();
        reply(LocalReply.of(504, "response_timeout", TIMED_OUT));
    }

    @Override
    public void cancel() {
        if (!over) {
            over = true;
            abort();
            worker.deadlines().disarm(this);
            received.release();
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

    private void reply(LocalReply reply) {
        received.release();
        received.append(Unpooled.wrappedBuffer(reply.body()));
        var made = new HeaderMap();
        made.set(HeaderName.STATUS, Integer.toString(reply.status()));
        for (LocalReply.Header header : reply.headers()) {
            made.add(header.name(), header.value());
        }
        made.set(HeaderName.CONTENT_LENGTH, Integer.toString(reply.body().length));
        made.set(HeaderName.CONTENT_TYPE, "text/plain");
        complete(made, new HeaderMap(16));
    }

    private void brokeOff() {
        received.release();
        complete(new HeaderMap(16), new HeaderMap(16));
    }

    private void complete(HeaderMap response, HeaderMap trailers) {
        if (over) {
            return;
        }
        over = true;
        worker.deadlines().disarm(this);
        try {
            listener.onComplete(response, received, trailers);
        } finally {
            received.release();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
