package io.postern.core.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.postern.core.http.HttpConnection;
import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import io.postern.core.http.ResetReason;
import io.postern.core.runtime.WorkerLoop;
import io.postern.core.upstream.StreamRequester;
import io.postern.core.upstream.UpstreamHost;
import io.postern.core.upstream.WorkerCluster;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.Worker.Cancellable;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A bidirectional gRPC stream to a host of a cluster, with that cluster's balancer, TLS and HTTP/2
 * options: what Envoy calls {@code envoy_grpc}. {@link #send} and {@link #close} may be called by
 * any thread, everything else is confined to the worker's event loop.
 */
public final class GrpcStream implements StreamRequester, HttpStreamListener {
    private static final HeaderName STATUS = HeaderName.of(":status");
    private static final HeaderName GRPC_STATUS = HeaderName.of("grpc-status");
    private static final HeaderName GRPC_MESSAGE = HeaderName.of("grpc-message");
    private static final int MOST_MESSAGE_BYTES = 256 << 20;

    /** A subscription to a hundred thousand names is one message of some megabytes. */
    private static final int MOST_WAITING_BYTES = 64 << 20;

    private final WorkerLoop worker;
    private final HeaderMap head;
    private final Listener listener;
    private final GrpcFrames frames = new GrpcFrames(MOST_MESSAGE_BYTES);
    private final Queue<byte[]> unsent = new ArrayDeque<>();
    private int unsentBytes;
    // Until it is told otherwise: a stream that is about to begin is not writable yet, and is not
    // said to become so.
    private boolean takes = true;
    private Cancellable waiting = () -> {};
    private @Nullable HttpStream stream;
    private boolean over;

    /** Hears what happens, on the worker's loop. */
    public interface Listener {
        /** The server has answered with a head. */
        void onOpen();

        /** A message; the array is the listener's. */
        void onMessage(byte[] message);

        /** It is over, or never began: status and message for people. The last call. */
        void onEnd(String reason);
    }

    private GrpcStream(WorkerLoop worker, HeaderMap head, Listener listener) {
        this.worker = worker;
        this.head = head;
        this.listener = listener;
    }

    /**
     * Begins a stream.
     *
     * @param path {@code /package.Service/Method}
     * @param metadata names and values, lower-case
     */
    public static GrpcStream open(
            WorkerLoop worker,
            String cluster,
            String authority,
            String path,
            List<String> metadata,
            Listener listener) {
        var head =
                HeaderMap.of(
                        ":method", "POST",
                        ":scheme", "http",
                        ":authority", authority,
                        ":path", path,
                        "te", "trailers",
                        "content-type", "application/grpc");
        for (int i = 0; i + 1 < metadata.size(); i += 2) {
            head.add(metadata.get(i), metadata.get(i + 1));
        }
        var made = new GrpcStream(worker, head, listener);
        worker.execute(() -> made.ask(cluster));
        return made;
    }

    private void ask(String name) {
        if (over) {
            return;
        }
        WorkerCluster cluster = worker.findCluster(name);
        if (cluster == null) {
            end("no such cluster: " + name);
            return;
        }
        Cancellable cancellable = cluster.request(false, HttpConnection.Protocol.HTTP_2, this);
        if (!over && stream == null) {
            waiting = cancellable;
        }
    }

    /** Sends a message; it waits for a connection, and for a peer that does not read. */
    public void send(byte[] message) {
        worker.execute(() -> write(message));
    }

    private void write(byte[] message) {
        if (over) {
            return;
        }
        unsent.add(message);
        unsentBytes += message.length;
        if (unsentBytes > MOST_WAITING_BYTES) {
            abort("more than " + MOST_WAITING_BYTES + " bytes wait to be sent");
        } else {
            flush();
        }
    }

    private void flush() {
        HttpStream open = stream;
        while (open != null && !over && !unsent.isEmpty() && takes) {
            byte[] next = unsent.remove();
            unsentBytes -= next.length;
            open.writeData(GrpcFrames.frame(next, UnpooledByteBufAllocator.DEFAULT), false);
        }
    }

    /** Ends it; the listener hears nothing any more. */
    public void close() {
        worker.execute(() -> {
            if (!over) {
                over = true;
                reset();
            }
        });
    }

    private void reset() {
        waiting.cancel();
        HttpStream open = stream;
        stream = null;
        unsent.clear();
        unsentBytes = 0;
        if (open != null) {
            open.reset(ResetReason.LOCAL_RESET);
        }
    }

    private void abort(String reason) {
        reset();
        end(reason);
    }

    private void end(String reason) {
        if (!over) {
            over = true;
            listener.onEnd(reason);
        }
    }

    @Override
    public HttpStreamListener streamListener() {
        return this;
    }

    @Override
    public void onStreamReady(HttpStream ready, UpstreamHost host) {
        stream = ready;
        ready.writeHeaders(head, false);
        flush();
    }

    @Override
    public void onStreamFailure(
            Failure failure, @Nullable UpstreamHost host, String transportFailure) {
        String text = failure.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        end(transportFailure.isEmpty() ? text : text + ": " + transportFailure);
    }

    @Override
    public void onHeaders(HeaderMap response, boolean endOfStream) {
        String status = response.get(STATUS);
        if (endOfStream || response.contains(GRPC_STATUS)) {
            ended(response);
        } else if (!"200".equals(status)) {
            abort("the server answered " + status + " (expected: 200; is it a gRPC server?)");
        } else {
            listener.onOpen();
        }
    }

    @Override
    public void onData(ByteBuf data, boolean endOfStream) {
        try {
            if (over) {
                return;
            }
            String error = frames.read(data, listener::onMessage);
            if (error != null) {
                abort("the server sent " + error);
            } else if (endOfStream) {
                end("the server ended the stream");
            }
        } finally {
            data.release();
        }
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
        ended(trailers);
    }

    private void ended(HeaderMap withStatus) {
        stream = null;
        String message = withStatus.get(GRPC_MESSAGE);
        end("grpc-status " + withStatus.get(GRPC_STATUS) + (message == null ? "" : ": " + message));
    }

    @Override
    public void onReset(ResetReason reason, String detail) {
        stream = null;
        String text = reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        end(detail.isEmpty() ? text : text + ": " + detail);
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
        takes = writable;
        flush();
    }
}
