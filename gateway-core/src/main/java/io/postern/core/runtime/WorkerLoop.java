package io.postern.core.runtime;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.postern.core.upstream.WorkerCluster;
import io.postern.core.upstream.WorkerClusters;
import io.postern.sdk.ClientStream;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.Metrics;
import io.postern.sdk.RawConnection;
import io.postern.sdk.Worker;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One event loop and everything that belongs to it alone. {@link #execute} and {@link #useClusters}
 * may be called from any thread, the rest is confined to the loop.
 */
public final class WorkerLoop implements Worker {
    private static final WorkerClusters NO_CLUSTERS = name -> null;

    private final int index;
    private final EventLoop loop;
    private final FlushBatch flushBatch;
    private final DeadlineWheel deadlines;
    private final Metrics metrics;
    private final RandomGenerator random;
    private final Clock clock;
    private WorkerClusters clusters = NO_CLUSTERS;

    /** Worker number {@code index}, with {@code metrics} as seen by it. */
    public WorkerLoop(
            int index, EventLoop loop, Metrics metrics, RandomGenerator random, Clock clock) {
        this.index = index;
        this.loop = loop;
        this.flushBatch = new FlushBatch(loop);
        this.deadlines = new DeadlineWheel(loop);
        this.metrics = metrics;
        this.random = random;
        this.clock = clock;
    }

    /** The loop itself. */
    public EventLoop eventLoop() {
        return loop;
    }

    /** Where writers say that they wrote. */
    public FlushBatch flushBatch() {
        return flushBatch;
    }

    /** Time-outs of this loop's exchanges. */
    public DeadlineWheel deadlines() {
        return deadlines;
    }

    /** Not for secrets. */
    public RandomGenerator random() {
        return random;
    }

    /** The cluster called {@code name}, or null. */
    public @Nullable WorkerCluster findCluster(String name) {
        return clusters.find(name);
    }

    /** Replaces the clusters that new requests find. */
    public void useClusters(WorkerClusters replacement) {
        if (loop.inEventLoop()) {
            clusters = replacement;
        } else {
            loop.execute(() -> clusters = replacement);
        }
    }

    @Override
    public int index() {
        return index;
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
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public boolean hasCluster(String name) {
        return clusters.find(name) != null;
    }

    @Override
    public @Nullable Cancellable call(
            String cluster,
            HeaderMap headers,
            byte[] body,
            HeaderMap trailers,
            long timeoutNanos,
            CallListener listener) {
        WorkerCluster target = clusters.find(cluster);
        if (target == null) {
            return null;
        }
        var call = new UpstreamCall(this, target, listener);
        call.start(headers, body, trailers, timeoutNanos);
        return call;
    }

    @Override
    public @Nullable ClientStream openStream(
            String cluster, HeaderMap headers, long timeoutNanos, ClientStream.Listener listener) {
        WorkerCluster target = clusters.find(cluster);
        if (target == null) {
            return null;
        }
        var stream = new UpstreamStream(this, target, listener);
        stream.start(headers, timeoutNanos);
        return stream;
    }

    @Override
    public @Nullable RawConnection connect(String cluster, RawConnection.Listener listener) {
        WorkerCluster target = clusters.find(cluster);
        if (target == null) {
            return null;
        }
        var connection = new UpstreamConnection(this, target, listener);
        connection.start();
        return connection;
    }
}
