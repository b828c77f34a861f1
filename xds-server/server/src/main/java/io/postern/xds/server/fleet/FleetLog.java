package io.postern.xds.server.fleet;

import io.postern.config.model.ResourceType;
import org.jspecify.annotations.Nullable;

/** Hears what people want to know. Called by lanes: does not block. */
public interface FleetLog {
    /** A node refuses what is published for it. */
    void refused(NodeIdentity node, ResourceType type, String message);

    /**
     * A stream was ended because of what was asked on it.
     *
     * @param node null: it did not get that far
     */
    void ended(@Nullable NodeIdentity node, String peer, String reason);

    /** A bug in the server. */
    void bug(Throwable problem);
}
