package io.postern.core.upstream;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.Metrics;
import io.postern.sdk.Worker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A worker on a real event loop. */
record LoopWorker(EventLoop loop, TestMetrics testMetrics) implements Worker {
    @Override
    public int index() {
        return 0;
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        ScheduledFuture<?> future = loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public long epochNanos() {
        return System.currentTimeMillis() * 1_000_000;
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public Metrics metrics() {
        return testMetrics;
    }

    @Override
    public boolean hasCluster(String name) {
        return false;
    }

    @Override
    public @Nullable Cancellable call(
            String cluster,
            HeaderMap headers,
            byte[] body,
            HeaderMap trailers,
            long timeoutNanos,
            CallListener listener) {
        return null;
    }
}
