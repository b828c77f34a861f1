package io.postern.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.postern.config.model.HealthCheck;
import io.postern.config.model.HealthCheck.Intervals;
import io.postern.config.model.HealthCheck.Probe;
import io.postern.config.model.HealthCheck.Statuses;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.core.http.ResetReason;
import io.postern.core.upstream.health.Health;
import io.postern.core.upstream.health.HealthChecker;
import io.postern.core.upstream.health.HealthChecker.Surroundings;
import io.postern.core.upstream.health.HealthEvent;
import io.postern.core.upstream.health.ProbeSockets;
import io.postern.core.upstream.health.ProbeTarget;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.Worker.Cancellable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthCheckerTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final ProbeTarget HOST =
            new ProbeTarget(
                    "h", new InetSocketAddress(InetAddress.getLoopbackAddress(), 80), "", "", -1);

    private final VirtualWorker worker = new VirtualWorker();
    private final Sockets sockets = new Sockets();
    private final List<String> heard = new ArrayList<>();
    private final List<HealthEvent.Kind> events = new ArrayList<>();
    private boolean traffic = true;

    /** Connections that the test lets succeed or fail. */
    private static final class Sockets implements ProbeSockets {
        private final Queue<HttpWaiter> waiting = new ArrayDeque<>();
        private final List<FakeConnection> made = new ArrayList<>();
        private int attempts;

        @Override
        public Cancellable http(ProbeTarget target, boolean http2, HttpWaiter waiter) {
            attempts++;
            waiting.add(waiter);
            return () -> waiting.remove(waiter);
        }

        @Override
        public Cancellable raw(ProbeTarget target, RawWaiter waiter) {
            throw new AssertionError("no TCP checks here");
        }

        FakeConnection connect() {
            HttpWaiter waiter = waiting.remove();
            FakeConnection connection = new FakeConnection(Protocol.HTTP_1_1, 1, waiter);
            made.add(connection);
            waiter.onConnected(connection);
            return connection;
        }
    }

    private HealthChecker checker(boolean reuse, int unhealthy, int healthy) {
        Duration ten = Duration.ofSeconds(10);
        var intervals =
                new Intervals(
                        ten,
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        Duration.ZERO,
                        Duration.ZERO,
                        0);
        var probe =
                new Probe.Http(
                        "",
                        "/healthz",
                        "GET",
                        List.of(),
                        List.of(),
                        List.of(new Statuses(200, 300)),
                        List.of(new Statuses(429, 430)),
                        false,
                        null,
                        new byte[0],
                        List.of(),
                        1024);
        var config =
                new HealthCheck(
                        TIMEOUT, intervals, unhealthy, healthy, 0, reuse, "log", false, false,
                        probe);
        return new HealthChecker(
                config,
                new Surroundings("c", "c", worker, new Random(1), sockets, () -> traffic),
                new HealthChecker.Listener() {
                    @Override
                    public void onHealth(ProbeTarget target, Health health, boolean first) {
                        heard.add(
                                (health.healthy() ? "healthy" : "unhealthy")
                                        + (health.degraded() ? " degraded" : "")
                                        + (health.excluded() ? " excluded" : "")
                                        + (health.timedOut() ? " timeout" : ""));
                    }

                    @Override
                    public void onEvent(HealthEvent event) {
                        events.add(event.kind());
                    }
                });
    }

    private void start(HealthChecker checker) {
        checker.hosts(List.of(HOST));
    }

    private void answer(FakeConnection connection, String... head) {
        FakeConnection.FakeStream stream = connection.streams.getFirst();
        stream.heard.onHeaders(HeaderMap.of(head), true);
        // A connection that is not used again is closed with its stream.
        if (!connection.closed) {
            connection.endOldest(true);
        }
    }

    // Intervals differ by what came before, all of them are whole seconds.
    private void untilTheNextProbe() {
        for (int seconds = 0; seconds < 120 && sockets.waiting.isEmpty(); seconds++) {
            worker.pass(Duration.ofSeconds(1).toNanos());
        }
    }

    /**
     * The answers, or x for no connection, or t for none in time; what is heard after the first.
     */
    @ParameterizedTest
    @CsvSource({
        "200, healthy",
        "503, unhealthy",
        "200 503, healthy unhealthy",
        "200 429 429, healthy",
        "200 429 429 429, healthy unhealthy",
        "200 429 200 429 429, healthy",
        "200 x x x, healthy unhealthy",
        "200 t t t, healthy unhealthy timeout",
        "503 200, unhealthy",
        "503 200 200, unhealthy healthy",
        "503 200 503 200, unhealthy",
        "x, unhealthy"
    })
    void thresholdsDecide(String answers, String expected) {
        // Given
        start(checker(false, 3, 2));

        // When
        for (String answer : answers.split(" ", -1)) {
            switch (answer) {
                case "x" -> sockets.waiting.remove().onFailed();
                case "t" -> {
                    sockets.connect();
                    worker.pass(TIMEOUT.toNanos());
                }
                default -> answer(sockets.connect(), ":status", answer);
            }
            untilTheNextProbe();
        }

        // Then
        assertThat(String.join(" ", heard)).isEqualTo(expected);
    }

    @Test
    void aHostMayAskForLessOrForNothing() {
        // Given
        start(checker(true, 1, 1));

        // When
        FakeConnection connection = sockets.connect();
        answer(connection, ":status", "200", "x-envoy-degraded", "");
        worker.pass(Duration.ofSeconds(10).toNanos());
        answer(connection, ":status", "503", "x-envoy-immediate-health-check-fail", "true");

        // Then
        assertThat(heard).containsExactly("healthy degraded", "unhealthy excluded");
        assertThat(events)
                .containsExactly(HealthEvent.Kind.ADD_HEALTHY, HealthEvent.Kind.EJECT_UNHEALTHY);
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 3"})
    void aConnectionIsUsedAgainWhereItMay(boolean reuse, int connections) {
        // Given
        start(checker(reuse, 1, 1));
        FakeConnection connection = sockets.connect();

        // When
        for (int i = 1; i <= 2; i++) {
            answer(connection, ":status", "200");
            worker.pass(Duration.ofSeconds(10).toNanos());
            if (!sockets.waiting.isEmpty()) {
                connection = sockets.connect();
            }
        }

        // Then
        assertThat(sockets.attempts).isEqualTo(connections);
    }

    /** Seconds until the next probe, by what came before it. */
    @ParameterizedTest
    @CsvSource({
        "true, 200, 10",
        "true, 503, 20",
        "true, 200 429, 3",
        "true, 503 200, 4",
        "false, 200, 120",
        "false, 503, 60"
    })
    void theNextProbeComesInItsTime(boolean used, String answers, int seconds) {
        // Given
        traffic = used;
        start(checker(true, 3, 2));
        FakeConnection connection = sockets.connect();
        String[] all = answers.split(" ", -1);
        for (int i = 0; i < all.length; i++) {
            answer(connection, ":status", all[i]);
            if (i < all.length - 1) {
                worker.pass(Duration.ofSeconds(all[i].equals("200") ? 10 : 20).toNanos());
            }
        }

        // When
        worker.pass(Duration.ofSeconds(seconds).toNanos() - 1);
        int before = connection.streams.size();
        worker.pass(1);

        // Then
        assertThat(before).isZero();
        assertThat(connection.streams).hasSize(1);
    }

    @Test
    void aHostThatGoesIsNotProbedAnyMore() {
        // Given
        HealthChecker checker = checker(true, 1, 1);
        start(checker);
        FakeConnection connection = sockets.connect();
        connection.streams.getFirst().heard.onData(Unpooled.buffer(), false);

        // When
        checker.stop();
        worker.pass(Duration.ofHours(1).toNanos());

        // Then
        assertThat(connection.closed).isTrue();
        assertThat(worker.liveTimers()).isZero();
        assertThat(heard).isEmpty();
        assertThat(worker.metrics.value("cluster.c.health_check.healthy")).isZero();
    }

    @Test
    void aResetIsAFailureOfTheNetwork() {
        // Given
        start(checker(true, 1, 1));
        FakeConnection connection = sockets.connect();

        // When
        connection.streams.getFirst().heard.onReset(ResetReason.CONNECTION_TERMINATION, "");

        // Then
        assertThat(heard).containsExactly("unhealthy");
        assertThat(worker.metrics.value("cluster.c.health_check.network_failure")).isEqualTo(1);
    }
}
