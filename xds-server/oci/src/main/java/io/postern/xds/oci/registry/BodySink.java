package io.postern.xds.oci.registry;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Writes a body to a stream as it comes, up to a bound; its result is the number of bytes. Confined
 * to one exchange: the HTTP client calls it one call at a time.
 */
final class BodySink implements HttpResponse.BodySubscriber<Long> {
    /** The bound, met. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1;

        TooLongException(long most) {
            super("over " + most + " bytes");
        }
    }

    /** What was received could not be written: ours to cure, not the registry's. */
    static final class NotWrittenException extends IOException {
        private static final long serialVersionUID = 1;

        NotWrittenException(IOException cause) {
            super(cause);
        }
    }

    private final OutputStream to;
    private final long most;
    private final boolean cut;
    private final CompletableFuture<Long> done = new CompletableFuture<>();
    private long taken;
    private Flow.@Nullable Subscription subscription;

    /**
     * @param cut whether a longer body is cut at {@code most}, instead of being an error
     */
    BodySink(OutputStream to, long most, boolean cut) {
        this.to = to;
        this.most = most;
        this.cut = cut;
    }

    @Override
    public CompletionStage<Long> getBody() {
        return done;
    }

    @Override
    public void onSubscribe(Flow.Subscription started) {
        subscription = started;
        started.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (done.isDone()) {
            return;
        }
        try {
            buffers.forEach(this::write);
        } catch (java.io.UncheckedIOException e) {
            end(e.getCause());
        }
    }

    private void write(ByteBuffer buffer) {
        long fits = Math.min(buffer.remaining(), most - taken);
        boolean over = fits < buffer.remaining();
        byte[] bytes = new byte[(int) fits];
        buffer.get(bytes);
        try {
            to.write(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(new NotWrittenException(e));
        }
        taken += fits;
        if (over && cut) {
            end(null);
        } else if (over) {
            throw new java.io.UncheckedIOException(new TooLongException(most));
        }
    }

    private void end(@Nullable IOException failure) {
        if (subscription != null) {
            subscription.cancel();
        }
        if (failure == null) {
            done.complete(taken);
        } else {
            done.completeExceptionally(failure);
        }
    }

    @Override
    public void onError(Throwable failure) {
        done.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        done.complete(taken);
    }
}
