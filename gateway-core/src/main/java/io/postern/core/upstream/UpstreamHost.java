package io.postern.core.upstream;

import io.postern.sdk.Locality;
import io.postern.sdk.Metadata;
import java.net.SocketAddress;
import java.util.Map;

/** A host of a cluster as seen by one worker. Confined to the event loop. */
public interface UpstreamHost {
    /** Where it is. */
    SocketAddress address();

    /** Name for auto_host_rewrite; the address' text when it has none. */
    String hostname();

    /** Whether it has a name; without one auto_host_rewrite leaves the host header alone. */
    default boolean isNamed() {
        return true;
    }

    /** Its priority in its cluster; 0 is the highest. */
    default int priority() {
        return 0;
    }

    /** Its metadata for load balancing, values as JSON. */
    default Map<String, String> lbMetadata() {
        return Map.of();
    }

    /** What is noted about it. */
    default Metadata metadata() {
        return Metadata.none();
    }

    /** Where it runs. */
    default Locality locality() {
        return Locality.unknown();
    }

    /**
     * A final response with {@code status} arrived from it: an error for /clusters and for outlier
     * detection from 500 on.
     */
    default void onResponse(int status) {}

    /** An attempt on it ended without a response; {@code timedOut}: nobody waited any longer. */
    default void onNoResponse(boolean timedOut) {}
}
