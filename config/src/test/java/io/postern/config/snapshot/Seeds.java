package io.postern.config.snapshot;

import java.util.function.LongConsumer;

/** The seeds of a random test: so many, or with {@code -Dseed=N} that one alone. */
final class Seeds {
    private Seeds() {}

    static void each(int count, LongConsumer test) {
        Long only = Long.getLong("seed");
        if (only != null) {
            test.accept(only);
            return;
        }
        for (long seed = 0; seed < count; seed++) {
            test.accept(seed);
        }
    }
}
