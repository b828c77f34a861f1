package io.postern.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedLimitTest {
    private final TestMetrics metrics = new TestMetrics();
    private final LimitGauges gauges =
            new LimitGauges(metrics.gauge("open"), metrics.gauge("remaining"));

    @Test
    void theGaugesSayWhenTheLimitIsReachedAndWhatIsLeft() {
        // Given
        SharedLimit.OnWorker limit = new SharedLimit(2, 1).onWorker(gauges);
        limit.tryAcquire();
        assertThat(metrics.value("open")).isZero();
        assertThat(metrics.value("remaining")).isEqualTo(1);

        // When
        limit.tryAcquire();
        long full = metrics.value("open");
        limit.release();

        // Then
        assertThat(full).isEqualTo(1);
        assertThat(metrics.value("open")).isZero();
        assertThat(metrics.value("remaining")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 4", "3, 2", "63, 2", "127, 4"})
    void aSmallLimitIsExactOverAllWorkers(int limit, int workers) {
        // Given
        SharedLimit shared = new SharedLimit(limit, workers);
        SharedLimit.OnWorker one = shared.onWorker(gauges);
        SharedLimit.OnWorker other = shared.onWorker(gauges);

        // When
        int taken = 0;
        while (taken % 2 == 0 ? one.tryAcquire() : other.tryAcquire()) {
            taken++;
        }

        // Then
        assertThat(taken).isEqualTo(limit);
        assertThat(one.tryAcquire()).isFalse();
        assertThat(other.tryAcquire()).isFalse();
    }

    @Test
    void permitsBeyondTheLimitAreGivenBackFirst() {
        // Given
        SharedLimit.OnWorker limit = new SharedLimit(1, 1).onWorker(gauges);
        limit.tryAcquire();
        limit.acquireOver();

        // When
        limit.release();

        // Then
        assertThat(limit.tryAcquire()).isFalse();
        limit.release();
        assertThat(limit.tryAcquire()).isTrue();
    }

    @Test
    void aLargeLimitIsNeverExceededAndNearlyReached() {
        // Given
        int limit = 1024;
        int workers = 2;
        SharedLimit shared = new SharedLimit(limit, workers);
        SharedLimit.OnWorker[] views = {shared.onWorker(gauges), shared.onWorker(gauges)};
        int[] held = new int[workers];
        Random random = new Random(42);
        int lowestRefusal = Integer.MAX_VALUE;

        // When
        for (int i = 0; i < 200_000; i++) {
            int who = random.nextInt(workers);
            if (random.nextInt(100) < 55) {
                if (views[who].tryAcquire()) {
                    held[who]++;
                } else {
                    lowestRefusal = Math.min(lowestRefusal, held[0] + held[1]);
                }
            } else if (held[who] > 0) {
                views[who].release();
                held[who]--;
            }
            assertThat(held[0] + held[1]).isLessThanOrEqualTo(limit);
        }

        // Then: a worker is refused only when little more than the others' spare is unused
        assertThat(lowestRefusal).isGreaterThanOrEqualTo(limit - limit / 16);
    }
}
