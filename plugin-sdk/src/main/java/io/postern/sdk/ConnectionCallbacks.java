package io.postern.sdk;

import org.jspecify.annotations.Nullable;

/** What one {@link ConnectionFilter} may ask of its connection. Confined to its event loop. */
public interface ConnectionCallbacks {
    /** Bytes of the client that this filter holds or is being shown; null when there are none. */
    @Nullable Body downstreamData();

    /** Bytes for the client that this filter holds or is being shown; null when there are none. */
    @Nullable Body upstreamData();

    /** Hands what is held of the client's bytes to the next filter, and the connection itself. */
    void resumeDownstream();

    /** Hands what is held of the bytes for the client on. */
    void resumeUpstream();

    /** Ends the connection after what was sent to the client; nothing else passes. */
    void close();

    /** What is known about the connection so far. */
    StreamInfo streamInfo();

    /** The worker that owns the connection. */
    Worker worker();
}
