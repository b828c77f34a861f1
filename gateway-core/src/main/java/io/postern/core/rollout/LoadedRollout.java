package io.postern.core.rollout;

import io.postern.config.model.RolloutSpec;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One step of a rollout, put together from versions that are loaded already. Control thread.
 *
 * @param lastGood the part of a worker
 * @param candidate the part of a worker; its result is null where it could not be loaded
 */
public record LoadedRollout(
        RolloutSpec spec,
        Rollouts rollouts,
        LiveRollout live,
        Function<Worker, WorkerFilter> lastGood,
        Function<Worker, @Nullable WorkerFilter> candidate)
        implements LoadedFilter {
    @Override
    public WorkerFilter forWorker(Worker worker) {
        return new RolloutOnWorker(
                spec, live, worker, lastGood.apply(worker), candidate.apply(worker));
    }

    /** For a candidate's part that must have no effect. */
    public static Worker quiet(Worker worker) {
        return new QuietWorker(worker);
    }

    @Override
    public void close() {
        rollouts.giveBack(live);
    }
}
