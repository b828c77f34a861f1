package io.postern.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetrySimulationTest {
    private static final int SCHEDULES = 10_000;

    /** One schedule again: {@code -Dretry.seed=N}. */
    private static final Long ONLY = Long.getLong("retry.seed");

    @Test
    void noRequestIsLostAndNothingLeaksInTenThousandSchedules() {
        int ejections = 0;
        for (long seed = 0; seed < SCHEDULES; seed++) {
            if (ONLY != null && seed != ONLY) {
                continue;
            }
            try {
                RetrySimulation simulation = new RetrySimulation(seed);
                simulation.run();
                ejections += simulation.ejections();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("again with -Dretry.seed=" + seed, e);
            }
        }
        assertThat(ONLY != null || ejections > SCHEDULES).isTrue();
    }
}
