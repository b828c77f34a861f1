package io.postern.core.rollout;

/** Hears when a gateway leaves a candidate by itself. Any thread; must not block. */
@FunctionalInterface
public interface RolloutLog {
    /** {@code why} is for people. */
    void left(String rollout, String why);
}
