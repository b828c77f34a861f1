package io.postern.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.core.route.RouteBenchmark.Case;
import org.junit.jupiter.api.Test;

/**
 * A decision among 10,000 routes of 1,000 hosts costs at most three times one among 10. A scan of
 * the table would cost a hundred times as much. Both are measured in turn and the best of several
 * rounds counts, so that a busy machine slows both or neither.
 */
class RouteCostTest {
    private static final int ROUNDS = 12;
    private static final int DECISIONS = 100_000;
    private static final double BOUND = 3;

    @Test
    void aThousandTimesTheRoutesCostAtMostThreeTimesAsMuch() {
        // Given
        Case few = RouteBenchmark.few();
        Case many = RouteBenchmark.many();
        double ofFew = Double.MAX_VALUE;
        double ofMany = Double.MAX_VALUE;

        // When
        for (int round = 0; round < ROUNDS; round++) {
            ofFew = Math.min(ofFew, few.measure(DECISIONS));
            ofMany = Math.min(ofMany, many.measure(DECISIONS));
        }

        // Then
        assertThat(ofMany / ofFew).as("%.0f ns to %.0f ns", ofMany, ofFew).isLessThan(BOUND);
    }
}
