package io.postern.sdk.testkit;

import io.postern.sdk.Body;
import io.postern.sdk.ClientStream;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.RawConnection;
import io.postern.sdk.Worker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A worker whose loop is the test's own thread and whose time only moves in {@link #advance}. Tasks
 * from other threads run in {@link #runTasks}.
 */
public final class FakeWorker implements Worker {
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<Timer> timers = new ArrayList<>();
    private long nanos = 1_000_000_000L;

    /** What was counted. */
    public final FakeMetrics metrics = new FakeMetrics();

    /** Names of clusters that can be called. */
    public final Set<String> clusters = new HashSet<>();

    /** Calls made, oldest first; answer them with {@link Call#answer}. */
    public final List<Call> calls = new ArrayList<>();

    /** Streams opened, oldest first. */
    public final List<FakeClientStream> streams = new ArrayList<>();

    /** Connections opened, oldest first. */
    public final List<FakeRawConnection> connections = new ArrayList<>();

    private record Timer(long atNanos, Runnable task) {}

    /** A call that a filter made. */
    public record Call(
            String cluster,
            HeaderMap headers,
            byte[] body,
            HeaderMap trailers,
            long timeoutNanos,
            CallListener listener) {
        /** Answers it. */
        public void answer(HeaderMap head, Body content, HeaderMap tail) {
            listener.onComplete(head, content, tail);
        }
    }

    /** Runs what was handed over, until there is nothing left. */
    public void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Lets time pass; timers go off in their order. */
    public void advance(long byNanos) {
        long end = nanos + byNanos;
        while (true) {
            runTasks();
            var next =
                    timers.stream()
                            .filter(timer -> timer.atNanos() <= end)
                            .min(Comparator.comparingLong(Timer::atNanos));
            if (next.isEmpty()) {
                break;
            }
            timers.remove(next.get());
            nanos = next.get().atNanos();
            next.get().task().run();
        }
        nanos = end;
    }

    /** Number of timers that are set. */
    public int timers() {
        return timers.size();
    }

    @Override
    public int index() {
        return 0;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        var timer = new Timer(nanos + delayNanos, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public long epochNanos() {
        return nanos;
    }

    @Override
    public long monotonicNanos() {
        return nanos;
    }

    @Override
    public FakeMetrics metrics() {
        return metrics;
    }

    @Override
    public boolean hasCluster(String name) {
        return clusters.contains(name);
    }

    @Override
    public @Nullable ClientStream openStream(
            String cluster, HeaderMap headers, long timeoutNanos, ClientStream.Listener listener) {
        if (!hasCluster(cluster)) {
            return null;
        }
        var head = new HeaderMap();
        head.copyFrom(headers);
        var stream = new FakeClientStream(head, timeoutNanos, listener);
        streams.add(stream);
        return stream;
    }

    @Override
    public @Nullable RawConnection connect(String cluster, RawConnection.Listener listener) {
        if (!hasCluster(cluster)) {
            return null;
        }
        var connection = new FakeRawConnection(listener);
        connections.add(connection);
        return connection;
    }

    @Override
    public @Nullable Cancellable call(
            String cluster,
            HeaderMap headers,
            byte[] body,
            HeaderMap trailers,
            long timeoutNanos,
            CallListener listener) {
        if (!hasCluster(cluster)) {
            return null;
        }
        var head = new HeaderMap();
        head.copyFrom(headers);
        var call = new Call(cluster, head, body, trailers, timeoutNanos, listener);
        calls.add(call);
        return () -> calls.remove(call);
    }
}
