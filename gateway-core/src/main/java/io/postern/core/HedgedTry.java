package io.postern.core;

import io.netty.buffer.ByteBuf;
import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import io.postern.core.http.ResetReason;
import io.postern.core.upstream.UpstreamFailure;
import io.postern.core.upstream.UpstreamHost;
import io.postern.sdk.HeaderMap;
import org.jspecify.annotations.Nullable;

/**
 * A try that may go on beside the next one when it takes too long. While it is the request's own
 * try, it passes everything on. Confined to the event loop.
 */
final class HedgedTry implements HttpStreamListener {
    private final UpstreamRequest request;
    private @Nullable HttpStream stream;
    private @Nullable UpstreamHost host;
    private boolean late;

    HedgedTry(UpstreamRequest request) {
        this.request = request;
    }

    /** It is too late: the next try begins beside it. */
    void overtaken(HttpStream own, @Nullable UpstreamHost on) {
        stream = own;
        host = on;
        late = true;
    }

    @Nullable HttpStream stream() {
        return stream;
    }

    @Nullable UpstreamHost host() {
        return host;
    }

    /** The rest of the request's body. */
    void data(ByteBuf data, boolean endOfStream) {
        if (stream != null) {
            stream.writeData(data, endOfStream);
        } else {
            data.release();
        }
    }

    void trailers(HeaderMap trailers) {
        if (stream != null) {
            stream.writeTrailers(trailers);
        }
    }

    /** Its answer is none to be taken. */
    void failed(int status) {
        if (host != null) {
            host.onResponse(status);
        }
        drop();
    }

    /** Nobody waits for it any more. */
    void drop() {
        HttpStream open = stream;
        stream = null;
        if (open != null) {
            open.reset(ResetReason.LOCAL_RESET);
        }
    }

    @Override
    public void onInformational(HeaderMap head) {
        if (!late) {
            request.onInformational(head);
        }
    }

    @Override
    public void onHeaders(HeaderMap head, boolean endOfStream) {
        if (!late) {
            request.onHeaders(head, endOfStream);
        } else if (stream != null && request.lateAnswer(this, head)) {
            late = false;
            request.onHeaders(head, endOfStream);
        }
    }

    @Override
    public void onData(ByteBuf data, boolean endOfStream) {
        if (late) {
            data.release();
        } else {
            request.onData(data, endOfStream);
        }
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
        if (!late) {
            request.onTrailers(trailers);
        }
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
        if (!late) {
            request.onWritabilityChanged(writable);
        }
    }

    @Override
    public void onReset(ResetReason reason, String detail) {
        if (!late) {
            request.onReset(reason, detail);
        } else if (stream != null) {
            stream = null;
            request.lateEnd(this, UpstreamFailure.of(reason, detail));
        }
    }
}
