package io.postern.xds.resources.rollout;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which versions are served, by the name of their filter. Thread-safe: immutable.
 *
 * @param entries filters that are not in it serve what their documents ask for
 */
public record RolloutBook(Map<String, Entry> entries) {
    /** Every document's newest version serves. */
    public static final RolloutBook EMPTY = new RolloutBook(Map.of());

    public RolloutBook {
        entries = Map.copyOf(entries);
    }

    /**
     * One filter.
     *
     * @param lastGood serves
     * @param trial what is tried beside it; null: nothing
     */
    public record Entry(TriedVersion lastGood, @Nullable Trial trial) {}

    /**
     * How far a rollout has come.
     *
     * @param candidate the id of the version that is tried
     * @param reached its steps so far, the one that it is in last
     */
    public record Trial(String candidate, List<RolloutPlan.Step> reached) {
        public Trial {
            reached = List.copyOf(reached);
        }

        /** What Posterns are in; null: the candidate decides about nothing on them yet. */
        public RolloutPlan.Step.@Nullable Exchanges exchanges() {
            RolloutPlan.Step.Exchanges last = null;
            for (RolloutPlan.Step one : reached) {
                if (one instanceof RolloutPlan.Step.Exchanges step) {
                    last = step;
                }
            }
            // copies are compared while that is the step, and no longer
            return last != null && last.shadow() && !last.equals(reached.getLast()) ? null : last;
        }

        /** What Envoys have moved already. */
        public List<RolloutPlan.Step.Envoys> envoys() {
            return reached.stream()
                    .filter(RolloutPlan.Step.Envoys.class::isInstance)
                    .map(RolloutPlan.Step.Envoys.class::cast)
                    .toList();
        }
    }

    /** Null: nothing is known of it. */
    public @Nullable Entry find(String filter) {
        return entries.get(filter);
    }
}
