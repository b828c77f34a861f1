package io.postern.xds.server.rollout;

import io.postern.xds.resources.rollout.TriedVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a filter. Thread-safe: immutable.
 *
 * @param trial null: nothing was tried yet
 * @param former the ids of versions that served before, newest last
 */
record Tracked(TriedVersion lastGood, @Nullable Trial trial, List<String> former) {
    private static final int MOST_FORMER = 20;

    Tracked {
        former = List.copyOf(former);
    }

    /** Of a version that serves already. */
    static Tracked first(TriedVersion version) {
        return new Tracked(version, null, List.of());
    }

    /** Whether its candidate is tried now. */
    boolean isTried() {
        return trial != null && trial.isRunning();
    }

    Tracked with(Trial now) {
        return new Tracked(lastGood, now, former);
    }

    /** The candidate serves everybody. */
    Tracked promoted(TriedVersion candidate, Trial ended) {
        List<String> all = new ArrayList<>(former);
        all.remove(candidate.id());
        all.add(lastGood.id());
        int fewest = Math.max(0, all.size() - MOST_FORMER);
        return new Tracked(candidate, ended, all.subList(fewest, all.size()));
    }
}
