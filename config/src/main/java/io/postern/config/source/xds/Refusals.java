package io.postern.config.source.xds;

import com.google.rpc.Status;
import io.postern.config.model.ResourceType;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was refused last. Some servers send a refused response again at once, and would for ever:
 * the answer to the same response waits, longer each time. Control thread.
 */
final class Refusals {
    private final Control control;
    private final Backoff backoff;
    private final Map<ResourceType, Refused> refused = new EnumMap<>(ResourceType.class);

    private record Refused(String what, Status error) {}

    Refusals(Control control, Backoff backoff) {
        this.control = control;
        this.backoff = backoff;
    }

    /** Whether this very response was refused before. */
    boolean isRefused(ResourceType type, String what) {
        Refused last = refused.get(type);
        return last != null && !what.isEmpty() && last.what().equals(what);
    }

    /** What was wrong with it; null: nothing was refused. */
    @Nullable Status last(ResourceType type) {
        Refused last = refused.get(type);
        return last == null ? null : last.error();
    }

    void refused(ResourceType type, String what, Status error) {
        refused.put(type, new Refused(what, error));
    }

    void accepted(ResourceType type) {
        if (refused.remove(type) != null) {
            backoff.reset();
        }
    }

    /** Answers after a while. */
    void later(Runnable answer) {
        var _ = control.schedule(backoff.next(), answer);
    }
}
