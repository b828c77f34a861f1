package io.postern.core.upstream;

import org.junit.jupiter.api.Test;

class PoolSimulationTest {
    private static final int SCHEDULES = 10_000;

    /** One schedule again: {@code -Dpool.seed=N}. */
    private static final Long ONLY = Long.getLong("pool.seed");

    @Test
    void noStreamIsLostOrHandedOutTwiceInTenThousandSchedules() {
        for (long seed = 0; seed < SCHEDULES; seed++) {
            if (ONLY != null && seed != ONLY) {
                continue;
            }
            try {
                new PoolSimulation(seed).run();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("again with -Dpool.seed=" + seed, e);
            }
        }
    }
}
