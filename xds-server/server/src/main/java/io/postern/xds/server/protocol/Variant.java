package io.postern.xds.server.protocol;

/** The two dialects of xDS. */
public enum Variant {
    /** State of the world: each response says everything. */
    SOTW,
    /** Incremental: each response says what changed. */
    DELTA
}
