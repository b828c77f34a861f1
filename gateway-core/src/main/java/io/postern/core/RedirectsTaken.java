package io.postern.core;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which internal redirects one request has taken. Confined to the event loop. */
final class RedirectsTaken {
    private int count;
    private @Nullable Set<Step> steps; // only where a policy asks for them

    private record Step(String from, String to) {}

    int count() {
        return count;
    }

    void took() {
        count++;
    }

    /** Whether the route {@code from} sends the request to {@code to} for the first time. */
    boolean isFirst(String from, String to) {
        Set<Step> known = steps;
        if (known == null) {
            known = new HashSet<>();
            steps = known;
        }
        return known.add(new Step(from, to));
    }
}
