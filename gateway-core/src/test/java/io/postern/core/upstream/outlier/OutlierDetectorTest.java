package io.postern.core.upstream.outlier;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.OutlierDetection;
import io.postern.config.model.OutlierDetection.Consecutive;
import io.postern.config.model.OutlierDetection.Ejection;
import io.postern.config.model.OutlierDetection.FailurePercentage;
import io.postern.config.model.OutlierDetection.SuccessRate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutlierDetectorTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> log = new ArrayList<>();
    private final Map<String, OutlierMonitor> hosts = new LinkedHashMap<>();
    private OutlierDetector detector = detector(config(10, false));
    private long now;

    private static OutlierDetection config(int maxPercent, boolean split) {
        return config(maxPercent, split, 5);
    }

    private static OutlierDetection config(int maxPercent, boolean split, int inARow) {
        return new OutlierDetection(
                Duration.ofSeconds(10),
                new Ejection(
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5),
                        Duration.ZERO,
                        maxPercent,
                        false),
                new Consecutive(inARow, 100),
                new Consecutive(3, 100),
                new Consecutive(2, 100),
                new SuccessRate(5, 100, 1900, 100, 100),
                new FailurePercentage(85, 5, 50, 100, 100),
                split,
                true);
    }

    private OutlierDetector detector(OutlierDetection config) {
        return detector(config, 10);
    }

    private OutlierDetector detector(OutlierDetection config, int count) {
        detector =
                new OutlierDetector(
                        config,
                        new Random(1),
                        new OutlierDetector.Listener() {
                            @Override
                            public void onEjected(String host) {
                                log.add("-" + host);
                            }

                            @Override
                            public void onReturned(String host) {
                                log.add("+" + host);
                            }

                            @Override
                            public void count(String name) {
                                if (!name.startsWith("ejections_detected")) {
                                    log.add(name);
                                }
                            }
                        });
        hosts.clear();
        for (int i = 0; i < count; i++) {
            hosts.put("h" + i, new OutlierMonitor(config, this::onAlarm));
        }
        detector.hosts(hosts);
        return detector;
    }

    private void onAlarm(OutlierMonitor monitor, Suspicion why) {
        detector.onAlarm(monitor, why, now);
    }

    private OutlierMonitor host(int number) {
        OutlierMonitor monitor = hosts.get("h" + number);
        if (monitor == null) {
            throw new AssertionError("no host " + number);
        }
        return monitor;
    }

    private void answers(int host, int... statuses) {
        for (int status : statuses) {
            host(host).onStatus(status);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "500 500 500 500 500, consecutive_5xx",
        "500 500 500 500 200 500, ''",
        "503 503 503, consecutive_gateway_failure",
        "503 503 500 503, ''",
        "502 503 504, consecutive_gateway_failure",
        "404 404 404 404 404 404, ''"
    })
    void failuresInARowEject(String statuses, String why) {
        // When
        for (String status : statuses.split(" ", -1)) {
            answers(0, Integer.parseInt(status));
        }

        // Then
        if (why.isEmpty()) {
            assertThat(log).isEmpty();
        } else {
            assertThat(log)
                    .containsExactly(
                            "ejections_enforced_total", "ejections_enforced_" + why, "-h0");
        }
    }

    @Test
    void noConnectionCountsAsABadGateway() {
        for (int i = 0; i < 3; i++) {
            host(1).onNoAnswer(false);
        }
        assertThat(log).contains("-h1", "ejections_enforced_consecutive_gateway_failure");
    }

    @Test
    void localErrorsAreCountedOnTheirOwnWhereSplit() {
        // Given
        detector(config(10, true));

        // When: a success in between starts the count again
        host(1).onNoAnswer(false);
        host(1).onConnected();
        host(1).onNoAnswer(true);
        List<String> before = List.copyOf(log);
        host(1).onNoAnswer(true);

        // Then
        assertThat(before).isEmpty();
        assertThat(log).contains("-h1", "ejections_enforced_consecutive_local_origin_failure");
    }

    @Test
    void noMoreThanTheAllowedPercentIsOut() {
        // When: 10 percent of 10 hosts
        answers(0, 500, 500, 500, 500, 500);
        answers(1, 500, 500, 500, 500, 500);

        // Then
        assertThat(log).contains("-h0", "ejections_overflow").doesNotContain("-h1");
        assertThat(detector.ejections()).isEqualTo(1);
    }

    @Test
    void aHostComesBackAfterItsTimeAndStaysOutLongerTheNextTime() {
        // Given
        answers(0, 500, 500, 500, 500, 500);

        // When
        detector.onInterval(29 * SECOND);
        boolean early = log.contains("+h0");
        detector.onInterval(30 * SECOND);
        boolean inTime = log.contains("+h0");
        log.clear();
        now = 31 * SECOND;
        answers(0, 500, 500, 500, 500, 500);
        detector.onInterval(now + 59 * SECOND);
        boolean earlyAgain = log.contains("+h0");
        detector.onInterval(now + 60 * SECOND);

        // Then
        assertThat(early).isFalse();
        assertThat(inTime).isTrue();
        assertThat(earlyAgain).isFalse();
        assertThat(log).contains("+h0");
    }

    @Test
    void aCheckThatPassesBringsAHostBackAtOnce() {
        answers(0, 500, 500, 500, 500, 500);
        detector.onCheckPassed("h0");
        assertThat(log).endsWith("+h0");
        assertThat(detector.ejections()).isZero();
    }

    @Test
    void aRateFarBelowTheOthersEjects() {
        // Given: nine hosts at 100 percent, one at 60, never five failures in a row
        for (int host = 0; host < 10; host++) {
            for (int i = 0; i < 100; i++) {
                answers(host, host == 7 && i % 5 < 2 ? 500 : 200);
            }
        }

        // When
        detector.onInterval(10 * SECOND);

        // Then
        assertThat(log)
                .containsExactly(
                        "ejections_enforced_total", "ejections_enforced_success_rate", "-h7");
        assertThat(host(7).successRate()).isEqualTo(60);
    }

    @Test
    void aFewRequestsAreNoRate() {
        // Given
        for (int host = 0; host < 10; host++) {
            for (int i = 0; i < 49; i++) {
                answers(host, host == 7 && i % 5 < 4 ? 500 : 200);
            }
        }

        // When
        detector.onInterval(10 * SECOND);

        // Then
        assertThat(log).isEmpty();
        assertThat(host(7).successRate()).isEqualTo(-1);
    }

    @Test
    void aShareOfFailuresEjectsEvenWhereAllAreBad() {
        // Given: everybody fails 90 percent, so that nobody is below the mean
        detector(config(100, false, 1000), 5);
        for (int host = 0; host < 5; host++) {
            for (int i = 0; i < 100; i++) {
                answers(host, i % 10 == 0 ? 200 : 500);
            }
        }

        // When
        detector.onInterval(10 * SECOND);

        // Then
        assertThat(log)
                .contains("-h0", "-h4", "ejections_enforced_failure_percentage")
                .doesNotContain("ejections_enforced_success_rate");
    }
}
