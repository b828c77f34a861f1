package io.postern.xds.server.rollout;

import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.rollout.RolloutPlan;

/**
 * How the rollout of one filter stands, for people. Thread-safe: immutable.
 *
 * @param filter {@code wasm/default/waf}
 * @param totals what was reported of the candidate since its step began
 */
public record RolloutStatus(
        String filter,
        DocumentKey document,
        String lastGood,
        Trial trial,
        RolloutPlan plan,
        Totals totals) {
    /** {@code canary 10 % (step 2 of 3)}, {@code promoted}, {@code rolled back}. */
    public String where() {
        return switch (trial.state()) {
            case PROMOTED -> "promoted";
            case ROLLED_BACK -> "rolled back";
            case RUNNING ->
                    "%s (step %d of %d)"
                            .formatted(
                                    where(trial.stepOf(plan)),
                                    trial.step() + 1,
                                    plan.steps().size());
        };
    }

    private static String where(RolloutPlan.Step step) {
        return switch (step) {
            case RolloutPlan.Step.Exchanges(int share, boolean shadow, _) ->
                    (shadow ? "shadow " : "canary ") + share / 100 + " %";
            case RolloutPlan.Step.Envoys(String group, int share, _) ->
                    share / 100 + " % of the Envoys" + (group.isEmpty() ? "" : " of " + group);
        };
    }
}
