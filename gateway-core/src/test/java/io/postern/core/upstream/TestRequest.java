package io.postern.core.upstream;

import io.netty.buffer.ByteBuf;
import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import io.postern.core.http.ResetReason;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.Worker.Cancellable;
import org.jspecify.annotations.Nullable;

/** A request that notes what became of it, and complains about being answered twice. */
final class TestRequest implements StreamRequester, HttpStreamListener {
    @Nullable HttpStream stream;
    @Nullable UpstreamHost host;
    @Nullable Failure failure;
    String failureText = "";
    boolean cancelled;
    boolean reset;
    Cancellable cancellable = () -> {};
    Runnable whenAnswered = () -> {};

    FakeConnection.FakeStream fakeStream() {
        if (stream instanceof FakeConnection.FakeStream fake) {
            return fake;
        }
        throw new AssertionError("has no stream");
    }

    boolean isAnswered() {
        return stream != null || failure != null;
    }

    /** Calls the request off. */
    void cancel() {
        cancelled = true;
        cancellable.cancel();
    }

    @Override
    public HttpStreamListener streamListener() {
        return this;
    }

    @Override
    public void onStreamReady(HttpStream ready, UpstreamHost on) {
        once();
        stream = ready;
        host = on;
        whenAnswered.run();
    }

    @Override
    public void onStreamFailure(Failure why, @Nullable UpstreamHost on, String text) {
        once();
        failure = why;
        host = on;
        failureText = text;
        whenAnswered.run();
    }

    private void once() {
        if (isAnswered() || cancelled) {
            throw new AssertionError("answered twice or after it was cancelled");
        }
    }

    @Override
    public void onHeaders(HeaderMap head, boolean endOfStream) {}

    @Override
    public void onData(ByteBuf data, boolean endOfStream) {
        data.release();
    }

    @Override
    public void onTrailers(HeaderMap trailers) {}

    @Override
    public void onReset(ResetReason reason, String detail) {
        reset = true;
    }

    @Override
    public void onWritabilityChanged(boolean writable) {}
}
