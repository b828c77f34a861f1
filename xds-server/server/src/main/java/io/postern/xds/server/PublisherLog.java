package io.postern.xds.server;

import io.postern.config.source.Diagnostic;
import io.postern.xds.server.rollout.RolloutStatus;
import io.postern.xds.server.store.Revision;
import io.postern.xds.server.store.StoreLog;
import java.util.List;

/** Hears what becomes of documents. Called by the control thread. */
public interface PublisherLog extends StoreLog {
    /** Something is served from now on. */
    void published(Revision revision);

    /** What is said about a file, when that changes; empty: nothing any more. */
    void findings(String file, List<Diagnostic> findings);

    /**
     * A rollout has begun, gone on or ended.
     *
     * @param bad the candidate goes back
     */
    default void rollout(RolloutStatus status, boolean bad) {}
}
