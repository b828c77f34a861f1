package io.postern.sdk.testkit;

import io.postern.sdk.ClientStream;
import io.postern.sdk.HeaderMap;
import java.io.ByteArrayOutputStream;

/** A stream that a filter opened; the test answers it through {@link #listener}. */
public final class FakeClientStream implements ClientStream {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    /** The request head. */
    public final HeaderMap head;

    /** The time for the whole stream. */
    public final long timeoutNanos;

    /** Who hears the response. */
    public final ClientStream.Listener listener;

    /** Whether the request has ended. */
    public boolean ended;

    /** Whether the filter has called it off. */
    public boolean reset;

    FakeClientStream(HeaderMap head, long timeoutNanos, ClientStream.Listener listener) {
        this.head = head;
        this.timeoutNanos = timeoutNanos;
        this.listener = listener;
    }

    /** What was sent so far. */
    public byte[] sent() {
        return sent.toByteArray();
    }

    @Override
    public void send(byte[] bytes, boolean endOfStream) {
        sent.writeBytes(bytes);
        ended |= endOfStream;
    }

    @Override
    public void reset() {
        reset = true;
    }
}
