package io.postern.app.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class GatewayWarmUpTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void forwardsRequestsUntilClientsCome() throws InterruptedException {
        // Given clients that come after ten rounds
        var rounds = new AtomicInteger(10);

        // When
        var warmUp = GatewayWarmUp.begin(() -> rounds.getAndDecrement() > 0, LONG);

        // Then every request of these rounds was answered, each of them with 200
        assertThat(warmUp.awaitEnded(LONG)).isTrue();
        assertThat(warmUp.answered()).isEqualTo(10L * OwnRequests.CONNECTIONS);
    }

    @Test
    void endsAfterItsTimeAndLeavesNoThread() throws InterruptedException {
        // Given
        Set<Thread> before = workers();

        // When
        var warmUp = GatewayWarmUp.begin(() -> true, Duration.ofMillis(1));

        // Then
        assertThat(warmUp.awaitEnded(LONG)).isTrue();
        assertThat(warmUp.answered()).isZero();
        // Netty tells the end of a thread a moment before it
        Awaitility.await().untilAsserted(() -> assertThat(workers()).isSubsetOf(before));
    }

    private static Set<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("worker"))
                .collect(Collectors.toSet());
    }
}
