package io.postern.xds.server.rollout;

/** Hears how rollouts go. Called by the control thread. */
@FunctionalInterface
public interface RolloutLog {
    /**
     * Something has changed.
     *
     * @param bad the candidate goes back
     */
    void changed(RolloutStatus status, boolean bad);
}
