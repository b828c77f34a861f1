package io.postern.core.rollout;

import io.postern.sdk.FilterUsage;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;

/**
 * One version of a rollout on one worker, and its numbers. Confined to the worker's loop; lives as
 * long as the step.
 */
final class VersionOnWorker {
    private final WorkerFilter part;
    private final Worker worker;
    private final VersionTally.OnWorker tally;
    private final VersionTally.Shown shown;
    private final Runnable onFailure;
    private long knownFailures;

    /** {@code onFailure} hears when it has failed. */
    VersionOnWorker(
            WorkerFilter part,
            Worker worker,
            VersionTally tally,
            String statistics,
            Runnable onFailure) {
        this.part = part;
        this.worker = worker;
        this.tally = tally.onWorker(worker.index());
        this.shown = new VersionTally.Shown(worker.metrics(), statistics);
        this.onFailure = onFailure;
    }

    /** What failed before the step is not this step's. */
    void start() {
        knownFailures = usage().failures();
    }

    WorkerFilter part() {
        return part;
    }

    FilterUsage usage() {
        return part.usage();
    }

    long now() {
        return worker.monotonicNanos();
    }

    void began() {
        tally.began();
        shown.began();
    }

    void ended(int status, long nanos, long fuel, boolean answered) {
        tally.ended(status, nanos, fuel);
        shown.ended(status, nanos, answered);
        if (answered) {
            tally.answered();
        }
    }

    /** Looks whether it has failed since it was looked at last. */
    void lookForFailures() {
        long failures = usage().failures();
        long fresh = failures - knownFailures;
        if (fresh > 0) {
            knownFailures = failures;
            tally.failed(fresh);
            shown.failed(fresh);
            onFailure.run();
        }
    }
}
