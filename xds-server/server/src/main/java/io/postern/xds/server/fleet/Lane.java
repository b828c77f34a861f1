package io.postern.xds.server.fleet;

import io.postern.xds.server.protocol.ResponseCache;
import io.postern.xds.server.protocol.StreamException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** One thread and the streams that belong to it. */
final class Lane implements AutoCloseable {
    private static final long REMINDER_SECONDS = 1;

    private final ScheduledExecutorService thread;
    private final ResponseCache cache = new ResponseCache();
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final FleetLog log;

    Lane(int index, FleetLog log) {
        this.log = log;
        thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("xds-" + index).daemon().factory());
        var _ =
                thread.scheduleWithFixedDelay(
                        this::remind, REMINDER_SECONDS, REMINDER_SECONDS, TimeUnit.SECONDS);
    }

    ResponseCache cache() {
        return cache;
    }

    long nanoTime() {
        return System.nanoTime();
    }

    /** Does something about one stream; what goes wrong ends that stream and no other. */
    void execute(Connection connection, Runnable task) {
        execute(() -> guarded(connection, task));
    }

    /** Does something. */
    void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException _) {
            // The server has been closed.
        }
    }

    private void guarded(Connection connection, Runnable task) {
        try {
            task.run();
        } catch (StreamException e) {
            connection.refuse(e);
        } catch (RuntimeException e) {
            log.bug(e);
            connection.refuse(
                    new StreamException(StreamException.Reason.INVALID_ARGUMENT, "internal error"));
        }
    }

    void add(Connection connection) {
        execute(() -> connections.add(connection));
    }

    void remove(Connection connection) {
        connections.remove(connection);
    }

    void publish(Publication publication) {
        execute(() -> {
            cache.published();
            each(connection -> connection.publish(publication));
        });
    }

    private void remind() {
        each(Connection::remind);
    }

    private void each(java.util.function.Consumer<Connection> task) {
        for (Connection connection : List.copyOf(connections)) {
            guarded(connection, () -> task.accept(connection));
        }
    }

    /** What is known of all streams; on the lane's thread. */
    List<NodeStatus> status(boolean withResources) {
        List<NodeStatus> all = new ArrayList<>();
        for (Connection connection : connections) {
            NodeStatus status = connection.status(withResources);
            if (status != null) {
                all.add(status);
            }
        }
        return all;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
