package io.postern.core.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTallyTest {
    @Test
    void whatIsReadWhileAnExchangeEndsNeverHasMoreAnswersThanEnds() {
        // Given an exchange that was answered and whose end is not counted yet
        var tally = new VersionTally("1", 1);
        tally.onWorker(0).began();
        tally.onWorker(0).answered();
        // When
        VersionReading early = tally.read();
        tally.onWorker(0).ended(403, 1_000, 0);
        VersionReading late = tally.read();
        // Then
        assertThat(early.answered()).isZero();
        assertThat(late.answered()).isEqualTo(1);
    }
}
