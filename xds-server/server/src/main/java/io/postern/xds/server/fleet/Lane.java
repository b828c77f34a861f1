package io.postern.xds.server.fleet;

import io.postern.config.model.ResourceType;
import io.postern.xds.server.protocol.ResponseCache;
import io.postern.xds.server.protocol.StreamException;
import io.postern.xds.server.protocol.Subscribers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** One thread and the streams that belong to it. Confined to that thread, but for what says so. */
public final class Lane {
    private static final int AT_A_TIME = 32;
    private static final Duration REMINDER = Duration.ofSeconds(1);

    private final Fleet fleet;
    private final LaneThread thread;
    private final Thread clock;
    private final ResponseCache cache = new ResponseCache();
    private final Admission admission = new Admission();
    private final Subscribers<Connection> subscribers = new Subscribers<>();
    private final Set<Connection> connections = new LinkedHashSet<>();

    Lane(Fleet fleet, LaneThread thread) {
        this.fleet = fleet;
        this.thread = thread;
        clock = Thread.ofVirtual().name("xds-clock").start(this::tick);
    }

    /** Whether this is its thread. Any thread. */
    public boolean isCurrent() {
        return thread.isCurrent();
    }

    // Apart from the lane's queue: one that knows times costs more for each of its tasks.
    private void tick() {
        try {
            while (true) {
                Thread.sleep(REMINDER);
                execute(this::remind);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    ResponseCache cache() {
        return cache;
    }

    Admission admission() {
        return admission;
    }

    Subscribers<Connection> subscribers() {
        return subscribers;
    }

    long nanoTime() {
        return System.nanoTime();
    }

    /**
     * Does something about one stream, at once where that is possible; what goes wrong ends that
     * stream and no other. Any thread.
     */
    void execute(Connection connection, Runnable task) {
        if (thread.isCurrent()) {
            handle(connection, task);
        } else {
            execute(() -> handle(connection, task));
        }
    }

    private void handle(Connection connection, Runnable task) {
        guarded(connection, task);
        admit();
    }

    /** Does something. Any thread. */
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
            fleet.log().bug(e);
            connection.refuse(
                    new StreamException(StreamException.Reason.INVALID_ARGUMENT, "internal error"));
        }
    }

    void add(Connection connection) {
        execute(connection, () -> connections.add(connection));
    }

    void remove(Connection connection) {
        connections.remove(connection);
        subscribers.remove(connection);
        admission.left(connection);
    }

    /** Tells those whom it concerns; the others hear of it when they ask, or are reminded. */
    void publish(Publication next) {
        execute(() -> {
            cache.published();
            tell(subscribers.of(next.changed()).iterator(), next);
        });
    }

    // What was said to a few is written, and their answers are read, before the next few: their
    // state is still near the processor then, and nobody else waits for all of them.
    private void tell(Iterator<Connection> rest, Publication next) {
        for (int i = 0; i < AT_A_TIME && rest.hasNext(); i++) {
            Connection connection = rest.next();
            guarded(connection, () -> connection.publish(next));
        }
        admit();
        if (rest.hasNext()) {
            execute(() -> tell(rest, next));
        }
    }

    private void remind() {
        each(List.copyOf(connections), connection -> connection.remind(fleet.publication()));
        admission.overdue(nanoTime()).forEach(Connection::cutOff);
        admit();
    }

    private void each(Collection<Connection> some, Consumer<Connection> task) {
        for (Connection connection : some) {
            guarded(connection, () -> task.accept(connection));
        }
        admit();
    }

    // Whoever waited for room gets it.
    private void admit() {
        for (Connection next = admission.next(); next != null; next = admission.next()) {
            guarded(next, next::pump);
        }
    }

    /** What is known of the streams of some nodes; on the lane's thread. */
    List<NodeStatus> status(Predicate<NodeIdentity> which, boolean withResources) {
        List<NodeStatus> all = new ArrayList<>();
        for (Connection connection : connections) {
            NodeStatus status = connection.status(which, withResources);
            if (status != null) {
                all.add(status);
            }
        }
        return all;
    }

    List<Standing> standings(Predicate<List<String>> groups, ResourceType type, String name) {
        return connections.stream()
                .map(connection -> connection.standing(groups, type, name))
                .filter(Objects::nonNull)
                .toList();
    }

    /** What of a type some nodes refuse. */
    List<Standing> refused(ResourceType type) {
        List<Standing> all = new ArrayList<>();
        connections.forEach(connection -> all.addAll(connection.refused(type)));
        return all;
    }

    /** Serves nobody any more. Any thread. */
    void close() {
        clock.interrupt();
        thread.close();
    }
}
