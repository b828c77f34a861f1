package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BodyRateTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final BodyRate rate =
            new BodyRate(new FlowParts.Limits(0, 0, 0, 0, 0, 100, 2 * SECOND, 1024), 0);

    @Test
    void looksOncePerGracePeriod() {
        assertThat(rate.nextLook()).isEqualTo(2 * SECOND);

        assertThat(rate.isTooSlow(2 * SECOND, 200, false)).isFalse();
        assertThat(rate.nextLook()).isEqualTo(4 * SECOND);
    }

    @Test
    void countsOnlyWhatCameSinceTheLastLook() {
        assertThat(rate.isTooSlow(2 * SECOND, 1_000_000, false)).isFalse();

        assertThat(rate.isTooSlow(4 * SECOND, 1_000_199, false)).isTrue();
    }

    @Test
    void doesNotBlameTheClientForWhatWasNotRead() {
        assertThat(rate.isTooSlow(2 * SECOND, 0, true)).isFalse();
        assertThat(rate.isTooSlow(4 * SECOND, 0, false)).isTrue();
    }
}
