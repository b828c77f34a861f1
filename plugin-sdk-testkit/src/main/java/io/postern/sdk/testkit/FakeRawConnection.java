package io.postern.sdk.testkit;

import io.postern.sdk.RawConnection;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A connection that a filter opened; the test answers it through {@link #listener}. */
public final class FakeRawConnection implements RawConnection {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    /** Who hears what arrives. */
    public final RawConnection.Listener listener;

    /** Whether the filter has closed it. */
    public boolean closed;

    FakeRawConnection(RawConnection.Listener listener) {
        this.listener = listener;
    }

    /** What was written so far. */
    public String written() {
        return written.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void write(byte[] bytes) {
        written.writeBytes(bytes);
    }

    @Override
    public long pendingBytes() {
        return 0;
    }

    @Override
    public void close() {
        closed = true;
    }
}
