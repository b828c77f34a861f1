package io.postern.core;

import static java.util.Objects.requireNonNull;

import io.postern.core.listener.OpenConnections;
import org.jspecify.annotations.Nullable;

/**
 * Which flow new requests take, on one worker: connections stay when the flow is replaced, and an
 * exchange ends in the flow it began with. Confined to the worker's event loop.
 */
final class FlowSlot {
    private final OpenConnections open;
    private @Nullable RequestFlow current;

    FlowSlot(OpenConnections open) {
        this.open = open;
    }

    RequestFlow current() {
        return requireNonNull(current, "current");
    }

    OpenConnections open() {
        return open;
    }

    /** New requests take {@code next}, if there is one; the flow before it ends in its own time. */
    void replace(@Nullable RequestFlow next) {
        RequestFlow before = current;
        if (next != null) {
            current = next;
        }
        if (before != null) {
            before.users().retire();
        }
    }
}
