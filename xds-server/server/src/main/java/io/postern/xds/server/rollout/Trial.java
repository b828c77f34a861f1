package io.postern.xds.server.rollout;

import io.postern.xds.resources.rollout.RolloutPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One candidate on its way, as a pure function of time and of what gateways report.
 *
 * <pre>
 * step 0 --held, gates good--> step 1 … --> last step --> PROMOTED
 * any step --a gate fails, or somebody aborts--> ROLLED_BACK
 * any step, ROLLED_BACK --somebody promotes--> PROMOTED
 * </pre>
 *
 * Thread-safe: immutable.
 *
 * @param step of the plan, while it runs
 * @param since when the step or the end began
 * @param baseline what had been reported by then
 * @param reason why it ended so; while it runs, what it waits for
 */
public record Trial(
        String candidate, State state, int step, Instant since, Totals baseline, String reason) {
    /** Where it is. */
    public enum State {
        RUNNING,
        PROMOTED,
        ROLLED_BACK
    }

    /** Its first step. */
    static Trial begin(String candidate, Instant now, Totals reported) {
        return new Trial(candidate, State.RUNNING, 0, now, reported, "");
    }

    boolean isRunning() {
        return state == State.RUNNING;
    }

    /** Whether it is at the same point, whatever it waits for. */
    boolean isSame(Trial other) {
        return candidate.equals(other.candidate) && state == other.state && step == other.step;
    }

    /** The step that it is in; the plan may have become shorter meanwhile. */
    RolloutPlan.Step stepOf(RolloutPlan plan) {
        return plan.steps().get(Math.min(step, plan.steps().size() - 1));
    }

    /** The steps that it has come through, and the one that it is in. */
    List<RolloutPlan.Step> reached(RolloutPlan plan) {
        return plan.steps().subList(0, Math.min(step + 1, plan.steps().size()));
    }

    /**
     * What it has come to.
     *
     * @param reported by gateways, of the kind of the step
     * @param verdict about the step so far
     */
    Trial advance(RolloutPlan plan, Instant now, Totals reported, Gatekeeping.Verdict verdict) {
        RolloutPlan.Step current = stepOf(plan);
        Duration held = Duration.between(since, now);
        return switch (verdict) {
            case Gatekeeping.Bad(String why) -> ended(State.ROLLED_BACK, now, why);
            case Gatekeeping.TooFew(String what) -> waits(current, now, what);
            case Gatekeeping.Good() when held.compareTo(current.hold()) < 0 ->
                    waiting("good so far, holds for " + current.hold().toSeconds() + " s");
            case Gatekeeping.Good() when step + 1 < plan.steps().size() -> {
                boolean same = isShadow(plan.steps().get(step + 1)) == isShadow(current);
                Totals from = same ? reported : Totals.NONE; // shadows count for themselves
                yield new Trial(candidate, State.RUNNING, step + 1, now, from, "");
            }
            case Gatekeeping.Good() ->
                    ended(State.PROMOTED, now, "all steps are done, every gate held");
        };
    }

    private static boolean isShadow(RolloutPlan.Step step) {
        return step instanceof RolloutPlan.Step.Exchanges exchanges && exchanges.shadow();
    }

    // Envoys hold it from when the last one of them has taken it.
    private Trial waits(RolloutPlan.Step current, Instant now, String what) {
        String why = "waits: " + what;
        return switch (current) {
            case RolloutPlan.Step.Exchanges _ -> waiting(why);
            case RolloutPlan.Step.Envoys _ -> new Trial(candidate, state, step, now, baseline, why);
        };
    }

    private Trial waiting(String why) {
        return why.equals(reason) ? this : new Trial(candidate, state, step, since, baseline, why);
    }

    /** The end, by somebody's word or by a gate. */
    Trial ended(State how, Instant now, String why) {
        return new Trial(candidate, how, step, now, Totals.NONE, why);
    }
}
