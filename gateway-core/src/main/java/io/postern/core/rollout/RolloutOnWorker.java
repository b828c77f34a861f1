package io.postern.core.rollout;

import io.postern.config.model.RolloutSpec;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterUsage;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rollout on one worker: chooses for each exchange which version it meets. The versions are
 * somebody else's, who starts and closes them. Confined to the worker's loop.
 */
final class RolloutOnWorker implements WorkerFilter {
    private static final String CHOICE = "postern.rollout.";

    private final RolloutSpec spec;
    private final LiveRollout live;
    private final ExchangeHash hash;
    private final String choice;
    private final byte[] lastGoodName;
    private final byte[] candidateName;
    private final VersionOnWorker lastGood;
    private final @Nullable VersionOnWorker candidate;
    private final @Nullable ShadowOnWorker shadow;

    /** {@code candidate} null: it could not be loaded. */
    RolloutOnWorker(
            RolloutSpec spec,
            LiveRollout live,
            Worker worker,
            WorkerFilter lastGood,
            @Nullable WorkerFilter candidate) {
        String statistics = "rollout." + spec.name() + ".";
        this.spec = spec;
        this.live = live;
        this.hash = new ExchangeHash(spec);
        this.choice = CHOICE + spec.name();
        this.lastGoodName = spec.lastGood().name().getBytes(StandardCharsets.UTF_8);
        this.candidateName = spec.candidate().name().getBytes(StandardCharsets.UTF_8);
        this.lastGood =
                new VersionOnWorker(
                        lastGood, worker, live.lastGood(), statistics + "last_good.", () -> {});
        this.candidate =
                candidate == null
                        ? null
                        : new VersionOnWorker(
                                candidate,
                                worker,
                                live.candidate(),
                                statistics + "candidate.",
                                live::candidateFailed);
        this.shadow =
                this.candidate == null || spec.mode() == RolloutSpec.Mode.CANARY
                        ? null
                        : new ShadowOnWorker(
                                this.candidate, live.comparison(), worker, statistics + "shadow.");
    }

    @Override
    public void start() {
        lastGood.start();
        if (candidate != null) {
            candidate.start();
        }
    }

    @Override
    public Filter newFilter(FilterCallbacks stream) {
        VersionOnWorker chosen = candidate;
        if (chosen == null || !isChosen(stream)) {
            return new VersionedFilter(lastGood, stream);
        }
        ShadowOnWorker beside = shadow;
        return beside == null
                ? new VersionedFilter(chosen, stream)
                : new ShadowedFilter(lastGood, beside, stream);
    }

    // An exchange that comes again, redirected by the gateway itself, keeps its version.
    private boolean isChosen(FilterCallbacks stream) {
        if (spec.mode() == RolloutSpec.Mode.SHADOW) {
            return live.isTrusted() && hash.of(stream) < spec.share();
        }
        Map<String, byte[]> state = stream.streamInfo().filterState();
        byte[] known = state.get(choice);
        boolean chosen =
                known == null
                        ? live.isTrusted() && hash.of(stream) < spec.share()
                        : Arrays.equals(known, candidateName);
        state.put(choice, chosen ? candidateName : lastGoodName);
        return chosen;
    }

    @Override
    public FilterUsage usage() {
        return lastGood.usage();
    }
}
