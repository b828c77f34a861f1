package io.postern.config.envoy;

import com.google.protobuf.Message;
import io.postern.config.model.ResourceType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was delivered, as it is now. Immutable.
 *
 * @param clustersVersion of the last response that was accepted as a whole
 * @param listenersVersion the same
 */
public record LiveResources(
        String clustersVersion, String listenersVersion, List<Resource> resources) {
    /** Before anything was delivered. */
    public static final LiveResources NONE = new LiveResources("", "", List.of());

    public LiveResources {
        resources = List.copyOf(resources);
    }

    /** What becomes of a version of a resource. */
    public enum State {
        ACTIVE,
        /** Waits for what it refers to, or is itself waited for. */
        WARMING,
        /** There is no version of it that could be served. */
        REFUSED
    }

    /**
     * One version of a resource.
     *
     * @param message null: there is none, it was refused or has not come
     * @param refused the version that was refused last; null: none since the last good one
     */
    public record Resource(
            ResourceType type,
            String name,
            State state,
            String version,
            @Nullable Message message,
            Instant updated,
            @Nullable Refused refused) {}

    /**
     * A version that was refused.
     *
     * @param message null: it could not even be read
     */
    public record Refused(
            String version, Instant time, String details, @Nullable Message message) {}
}
