package io.postern.xds.server.rollout;

import io.postern.config.proto.rollouts.v1.Report;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where rollouts are kept, and what servers that share them know of each other. Control thread. */
public interface RolloutStore extends AutoCloseable {
    /** What is kept, by filter; what has not changed is the same object as before. */
    Map<String, Tracked> load() throws IOException;

    /**
     * Keeps one; null: it is forgotten.
     *
     * @throws io.postern.xds.server.store.OvertakenException when another server was first: load,
     *     and decide again
     * @throws IOException when it may not have been kept
     */
    void save(String filter, @Nullable Tracked now) throws IOException;

    /** Whether other servers decide, too. */
    boolean isShared();

    /** Whether this server is the one that judges the candidate; it is if no other does. */
    boolean judges(String filter) throws IOException;

    /** This server does not judge it any more. */
    void leave(String filter) throws IOException;

    /**
     * Tells other servers what this one knows, instead of what it told before.
     *
     * @return false: they cannot be reached, nor heard
     */
    boolean tell(Report own) throws IOException;

    /** What each of the other servers tells. */
    List<Report> told() throws IOException;

    /** Has {@code changed} run, on any thread, when another server may have kept something. */
    void follow(Runnable changed);

    @Override
    void close();
}
