package io.postern.core.rollout;

import io.postern.config.model.RolloutSpec;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rollouts of this process, as long as a filter chain has them. Thread-safe: taken and given
 * back by control threads, read by any.
 */
public final class Rollouts {
    private final RolloutLog log;
    private final Map<LiveRollout.Key, LiveRollout> live = new HashMap<>();

    /** None yet. */
    public Rollouts(RolloutLog log) {
        this.log = log;
    }

    /** The rollout of {@code spec}, with the numbers of its earlier steps; to be given back. */
    public synchronized LiveRollout take(RolloutSpec spec, int workers) {
        LiveRollout rollout =
                live.computeIfAbsent(
                        LiveRollout.Key.of(spec), _ -> new LiveRollout(spec, workers, log));
        rollout.users++;
        rollout.step(spec.share());
        return rollout;
    }

    /** Ends a use. */
    public synchronized void giveBack(LiveRollout rollout) {
        if (--rollout.users == 0) {
            live.remove(rollout.key());
        }
    }

    /** How they fare, by name. */
    public synchronized List<RolloutReading> read() {
        return live.values().stream()
                .map(LiveRollout::read)
                .sorted(
                        Comparator.comparing(RolloutReading::name)
                                .thenComparing(RolloutReading::seed)
                                .thenComparing(RolloutReading::mode))
                .toList();
    }
}
