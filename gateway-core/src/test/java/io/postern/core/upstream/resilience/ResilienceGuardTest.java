package io.postern.core.upstream.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.Resilience;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResilienceGuardTest {
    private static final long MILLI = 1_000_000;

    private Instant now = Instant.EPOCH;
    private long nanos;

    /** Time passes when the test says so. */
    private final Clock clock =
            new Clock() {
                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }

                @Override
                public Instant instant() {
                    return now;
                }
            };

    private ResilienceGuard guard(
            Resilience.@Nullable Breaker breaker,
            Resilience.@Nullable Bulkhead bulkhead,
            Resilience.@Nullable Adaptive adaptive) {
        return Objects.requireNonNull(
                ResilienceGuard.of(new Resilience(breaker, bulkhead, adaptive), "c", clock));
    }

    private ResilienceGuard breaker() {
        return guard(
                new Resilience.Breaker(
                        false, 10, 10, 50, 60, Duration.ofMillis(100), Duration.ofSeconds(30), 2),
                null,
                null);
    }

    private boolean call(ResilienceGuard guard, boolean success, long millis) {
        ResilienceGuard.Call call = guard.tryEnter(nanos);
        if (call == null) {
            return false;
        }
        nanos += millis * MILLI;
        call.answered(success, nanos);
        call.end();
        return true;
    }

    @Test
    void aBreakerOpensOnFailuresProbesAndClosesAgain() {
        // Given
        ResilienceGuard guard = breaker();
        for (int i = 0; i < 10; i++) {
            assertThat(call(guard, i % 2 == 0, 1)).isTrue();
        }

        // When
        boolean open = call(guard, true, 1);
        now = now.plusSeconds(31);
        boolean first = call(guard, true, 1);
        boolean second = call(guard, true, 1);

        // Then
        assertThat(open).isFalse();
        assertThat(first).isTrue();
        assertThat(second).isTrue();
        assertThat(guard.state())
                .containsEntry("circuit_breaker_state", "CLOSED")
                .containsEntry("rejected", "1");
    }

    @Test
    void slowCallsOpenABreakerToo() {
        ResilienceGuard guard = breaker();
        for (int i = 0; i < 10; i++) {
            call(guard, true, i < 6 ? 101 : 1);
        }
        assertThat(guard.state()).containsEntry("circuit_breaker_state", "OPEN");
    }

    @Test
    void aProbeThatIsCalledOffIsNotCounted() {
        // Given: half open
        ResilienceGuard guard = breaker();
        for (int i = 0; i < 10; i++) {
            call(guard, false, 1);
        }
        now = now.plusSeconds(31);

        // When
        for (int i = 0; i < 5; i++) {
            Objects.requireNonNull(guard.tryEnter(nanos)).end();
        }

        // Then
        assertThat(guard.state()).containsEntry("circuit_breaker_state", "HALF_OPEN");
        assertThat(call(guard, true, 1)).isTrue();
    }

    @Test
    void aBulkheadLetsSoManyThroughAtATime() {
        // Given
        ResilienceGuard guard = guard(null, new Resilience.Bulkhead(2), null);
        ResilienceGuard.Call one = Objects.requireNonNull(guard.tryEnter(0));
        Objects.requireNonNull(guard.tryEnter(0));

        // When
        ResilienceGuard.@Nullable Call third = guard.tryEnter(0);
        one.end();
        one.end();

        // Then
        assertThat(third).isNull();
        assertThat(guard.tryEnter(0)).isNotNull();
        assertThat(guard.tryEnter(0)).isNull();
    }

    @Test
    void anAdaptiveLimitGrowsWhileAnswersAreInTimeAndShrinksOnceWhenTheyAreLate() {
        // Given
        ResilienceGuard guard =
                guard(null, null, new Resilience.Adaptive(10, 1000, Duration.ofMillis(100), 0.5));

        // When: 10,000 answers in time, as many at once as it lets through
        for (int i = 0; i < 100; i++) {
            round(guard, 10);
        }
        int grown = limit(guard);
        round(guard, 200);
        int shrunk = limit(guard);

        // Then
        assertThat(grown).isGreaterThan(60);
        assertThat(shrunk).isBetween(grown / 2 - 1, grown / 2 + 1);
    }

    private void round(ResilienceGuard guard, long millis) {
        List<ResilienceGuard.Call> calls = new ArrayList<>();
        ResilienceGuard.Call call = guard.tryEnter(nanos);
        while (call != null) {
            calls.add(call);
            call = guard.tryEnter(nanos);
        }
        nanos += millis * MILLI;
        for (ResilienceGuard.Call each : calls) {
            each.answered(true, nanos);
        }
        calls.forEach(ResilienceGuard.Call::end);
    }

    private static int limit(ResilienceGuard guard) {
        return Integer.parseInt(String.valueOf(guard.state().get("adaptive_limit")));
    }
}
