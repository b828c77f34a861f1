package io.postern.config.source.xds;

import io.postern.config.model.ResourceType;

/** Resources from one source. Control thread. */
interface Subscription {
    /** Changes what is asked for. */
    void want(ResourceType type, Wanted wanted);

    /** Whether anything is. */
    boolean wantsAnything();

    /** Ends it. */
    void close();
}
