package io.postern.xds.resources.rollout;

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
     * A step of a rollout.
     *
     * @param candidate the id of the version that is tried
     */
    public record Trial(String candidate, RolloutPlan.Step step) {}

    /** Null: nothing is known of it. */
    public @Nullable Entry find(String filter) {
        return entries.get(filter);
    }
}
