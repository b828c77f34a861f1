package io.postern.core.rollout;

import io.postern.config.model.RolloutSpec;
import java.util.List;

/**
 * How a rollout fares in this process.
 *
 * @param problem why the candidate is not chosen any more; empty: it is
 * @param comparison what a shadow did otherwise
 */
public record RolloutReading(
        String name,
        String seed,
        RolloutSpec.Mode mode,
        int share,
        String problem,
        VersionReading lastGood,
        VersionReading candidate,
        Comparison comparison) {
    /**
     * Exchanges by what came of their comparison.
     *
     * @param compared all that could be
     * @param undecided those that could not
     * @param decision one passed, the other was answered
     * @param status both were answered, with different statuses
     * @param requestHeaders both passed, with different request heads
     * @param responseHeaders both passed, with different response heads
     * @param examples a few of them in words
     */
    public record Comparison(
            long compared,
            long undecided,
            long decision,
            long status,
            long requestHeaders,
            long responseHeaders,
            List<String> examples) {}
}
