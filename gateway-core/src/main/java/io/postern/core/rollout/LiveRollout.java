package io.postern.core.rollout;

import io.postern.config.model.RolloutSpec;
import io.postern.config.model.RolloutSpec.FailureBound;

/**
 * One rollout in this process, whatever listeners and routes it is on, and through all its steps:
 * its numbers, and whether its candidate may be chosen. Thread-safe.
 */
public final class LiveRollout {
    /** What stays the same from step to step. */
    record Key(String name, String seed, RolloutSpec.Mode mode) {
        static Key of(RolloutSpec spec) {
            return new Key(spec.name(), spec.seed(), spec.mode());
        }
    }

    private final Key key;
    private final RolloutLog log;
    private final FailureBound bound;
    private final VersionTally lastGood;
    private final VersionTally candidate;
    private final ComparisonTally comparison;
    private volatile int share;
    private volatile String problem = "";
    int users; // guarded by Rollouts

    LiveRollout(RolloutSpec spec, int workers, RolloutLog log) {
        this.key = Key.of(spec);
        this.log = log;
        this.bound = spec.bound();
        this.lastGood = new VersionTally(spec.lastGood().name(), workers);
        this.candidate = new VersionTally(spec.candidate().name(), workers);
        this.comparison = new ComparisonTally(workers);
    }

    Key key() {
        return key;
    }

    VersionTally lastGood() {
        return lastGood;
    }

    VersionTally candidate() {
        return candidate;
    }

    ComparisonTally comparison() {
        return comparison;
    }

    void step(int newShare) {
        share = newShare;
    }

    /** Whether the candidate may be chosen. */
    boolean isTrusted() {
        return problem.isEmpty();
    }

    /** The candidate is not chosen any more; the first reason stays. */
    public synchronized void leave(String why) {
        if (problem.isEmpty()) {
            problem = why;
            log.left(key.name(), why);
        }
    }

    /** The candidate has failed again: too often, maybe. */
    void candidateFailed() {
        long failures = candidate.failures();
        long exchanges = candidate.exchanges();
        if (isTrusted()
                && failures > bound.failures()
                && failures * RolloutSpec.WHOLE > bound.share() * exchanges) {
            leave(
                    "the candidate failed %d times in %d exchanges (bound: %d, and %d of 10,000)"
                            .formatted(failures, exchanges, bound.failures(), bound.share()));
        }
    }

    RolloutReading read() {
        return new RolloutReading(
                key.name(),
                key.seed(),
                key.mode(),
                share,
                problem,
                lastGood.read(),
                candidate.read(),
                comparison.read());
    }
}
