package io.postern.core.rollout;

import io.postern.sdk.ClientStream;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.Metrics;
import io.postern.sdk.Worker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A worker for shadows: time goes by as on the real one, and what is sent to a cluster goes nowhere
 * and is never answered but by its time-out. Their metrics are called {@code shadow.*}. Confined to
 * the worker's loop, as the real one is.
 */
final class QuietWorker implements Worker {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final String PREFIX = "shadow.";
    private static final LocalReply LATE = LocalReply.of(504, "response_timeout");

    private final Worker worker;

    QuietWorker(Worker worker) {
        this.worker = worker;
    }

    @Override
    public @Nullable Cancellable call(
            String cluster,
            HeaderMap headers,
            byte[] body,
            HeaderMap trailers,
            long timeoutNanos,
            CallListener listener) {
        if (!worker.hasCluster(cluster)) {
            return null;
        }
        return worker.schedule(
                bounded(timeoutNanos),
                () ->
                        listener.onComplete(
                                new HeaderMap(16),
                                new ReplayedBody(new byte[0]),
                                new HeaderMap(16)));
    }

    @Override
    public @Nullable ClientStream openStream(
            String cluster, HeaderMap headers, long timeoutNanos, ClientStream.Listener listener) {
        if (!worker.hasCluster(cluster)) {
            return null;
        }
        Cancellable end = worker.schedule(bounded(timeoutNanos), () -> listener.onFailure(LATE));
        return new ClientStream() {
            @Override
            public void send(byte[] bytes, boolean endOfStream) {
                // goes nowhere
            }

            @Override
            public void reset() {
                end.cancel();
            }
        };
    }

    private static long bounded(long timeoutNanos) {
        return timeoutNanos == 0 ? LONGEST_NANOS : Math.min(timeoutNanos, LONGEST_NANOS);
    }

    @Override
    public int index() {
        return worker.index();
    }

    @Override
    public void execute(Runnable task) {
        worker.execute(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        return worker.schedule(delayNanos, task);
    }

    @Override
    public long epochNanos() {
        return worker.epochNanos();
    }

    @Override
    public long monotonicNanos() {
        return worker.monotonicNanos();
    }

    @Override
    public boolean hasCluster(String name) {
        return worker.hasCluster(name);
    }

    @Override
    public Metrics metrics() {
        Metrics real = worker.metrics();
        return new Metrics() {
            @Override
            public Counter counter(String name) {
                return real.counter(PREFIX + name);
            }

            @Override
            public Gauge gauge(String name) {
                return real.gauge(PREFIX + name);
            }

            @Override
            public Histogram histogram(String name) {
                return real.histogram(PREFIX + name);
            }
        };
    }
}
