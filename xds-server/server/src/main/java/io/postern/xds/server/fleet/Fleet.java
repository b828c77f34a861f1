package io.postern.xds.server.fleet;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.postern.config.model.ResourceType;
import io.postern.xds.server.protocol.StreamException;
import io.postern.xds.server.protocol.StreamException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All streams, and what is published to them. Thread-safe.
 *
 * <p>A publication is taken over by a lane at once and by each stream when it has room; a stream
 * that is behind gets the difference to the latest one, whatever was published between.
 */
public final class Fleet implements AutoCloseable {
    /** Streams at a time: each of ten thousand nodes may have several. */
    private static final int MOST_STREAMS = 50_000;

    private static final int STATUS_SECONDS = 10;

    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private final Gatekeeper gatekeeper;
    private final FleetLog log;
    private final AtomicInteger streams = new AtomicInteger();
    private volatile Publication publication = Publication.none();

    /** Without streams, and without threads for them. */
    public Fleet(Gatekeeper gatekeeper, FleetLog log) {
        this.gatekeeper = gatekeeper;
        this.log = log;
    }

    /** A lane for streams, on a thread that is closed with it. */
    public Lane open(LaneThread thread) {
        var lane = new Lane(this, thread);
        lanes.add(lane);
        return lane;
    }

    /** A lane whose streams have ended. */
    public void close(Lane lane) {
        lanes.remove(lane);
        lane.close();
    }

    /** Serves {@code next} from now on. Publications have to come one after the other. */
    public void publish(Publication next) {
        publication = next;
        lanes.forEach(lane -> lane.publish(next));
    }

    /** What is served. */
    public Publication publication() {
        return publication;
    }

    /** Who decides about nodes. */
    public Gatekeeper gatekeeper() {
        return gatekeeper;
    }

    FleetLog log() {
        return log;
    }

    /**
     * A new stream.
     *
     * @throws StreamException when there are too many
     */
    public Connection join(Lane lane, Outlet outlet, Connection.Opening opening) {
        if (streams.incrementAndGet() > MOST_STREAMS) {
            streams.decrementAndGet();
            throw new StreamException(
                    Reason.RESOURCE_EXHAUSTED, "more than " + MOST_STREAMS + " streams");
        }
        var connection = new Connection(lane, this, outlet, opening);
        lane.add(connection);
        return connection;
    }

    void left() {
        streams.decrementAndGet();
    }

    /** Streams that are open. */
    public int streams() {
        return streams.get();
    }

    /** Whether whoever asks may be anybody. */
    public boolean isOpen() {
        return gatekeeper.isOpen();
    }

    /** Why somebody may not ask as {@code node}; null: it may. */
    public @Nullable String refuses(Gatekeeper.Credential credential, Node node) {
        return gatekeeper.refuses(credential, NodeIdentity.of(node));
    }

    /** How all nodes stand; waits for the lanes. */
    public List<NodeStatus> status(boolean withResources) {
        return status(_ -> true, withResources);
    }

    /** How nodes of some groups stand to a resource; waits for the lanes. */
    public List<Standing> standings(
            Predicate<List<String>> groups, ResourceType type, String name) {
        return ask(lane -> lane.standings(groups, type, name));
    }

    /** What of a type some nodes refuse as it is published; waits for the lanes. */
    public List<Standing> refused(ResourceType type) {
        return ask(lane -> lane.refused(type));
    }

    /** How some nodes stand; waits for the lanes. */
    public List<NodeStatus> status(Predicate<NodeIdentity> which, boolean withResources) {
        return ask(lane -> lane.status(which, withResources));
    }

    private <T> List<T> ask(Function<Lane, List<T>> question) {
        List<FutureTask<List<T>>> answers = new ArrayList<>();
        for (Lane lane : lanes) {
            var answer = new FutureTask<>(() -> question.apply(lane));
            lane.execute(answer);
            answers.add(answer);
        }
        List<T> all = new ArrayList<>();
        for (var answer : answers) {
            all.addAll(await(answer));
        }
        return all;
    }

    private static <T> T await(FutureTask<T> answer) {
        try {
            return answer.get(STATUS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the server is busy: " + e, e);
        }
    }

    @Override
    public void close() {
        lanes.forEach(Lane::close);
    }
}
