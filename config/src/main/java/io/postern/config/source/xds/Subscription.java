package io.postern.config.source.xds;

import io.postern.config.model.ResourceType;
import java.util.Set;

/** Resources from one source. Control thread. */
interface Subscription {
    /** Changes what is asked for. */
    void want(ResourceType type, Wanted wanted);

    /** Whether anything is. */
    boolean wantsAnything();

    /** See {@link Subscriber#held}; who always tells everything needs not know. */
    default void held(ResourceType type, Set<String> names) {}

    /** See {@link Subscriber#lost}. */
    default void lost(ResourceType type, String name) {}

    /** Ends it. */
    void close();
}
