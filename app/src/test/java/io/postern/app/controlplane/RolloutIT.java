package io.postern.app.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.xds.server.rollout.RolloutStatus;
import io.postern.xds.server.rollout.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code postern serve} under load while versions of a plugin come and go. */
@Timeout(180)
class RolloutIT {
    private static final String EDGE =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: postern
              listeners: [{name: http, port: PORT, protocol: HTTP}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: all}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - backendRefs: [{group: postern.io, kind: Backend, name: echo}]
            ---
            apiVersion: postern.io/v1alpha1
            kind: Backend
            metadata: {name: echo}
            spec: {endpoints: [{address: 127.0.0.1, port: ECHO}]}
            """;

    private static final String PLUGIN =
            """
            apiVersion: postern.io/v1alpha1
            kind: WasmPlugin
            metadata: {name: versions}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
              url: file://versions.wasm
              config: CONFIG
              rollout: ROLLOUT
            """;
    private static final String HALF = "{steps: [{percent: 50, for: 60s}], gates: {exchanges: 50}}";

    private final Served served;
    private final VersionEcho echo;

    RolloutIT(@TempDir Path folder) throws IOException {
        served = new Served(folder);
        Files.copy(
                Path.of("src/test/resources/plugins/versions.wasm"),
                served.resources().resolve("versions.wasm"));
        echo = new VersionEcho();
        String edge = EDGE.replace("PORT", "" + served.port());
        served.write("edge.yaml", edge.replace("ECHO", "" + echo.port()));
    }

    @AfterEach
    void close() {
        echo.close();
    }

    private void plugin(String config, String rollout) throws IOException {
        served.write("plugin.yaml", PLUGIN.replace("CONFIG", config).replace("ROLLOUT", rollout));
    }

    private void awaitVersion(Load load, String version) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> load.seen(version) > 0);
    }

    @Test
    void fiftySwapsUnderLoadLoseNothingAndNoRequestMeetsTwoVersions() throws Exception {
        plugin("p0", HALF);
        try (AllInOne all = served.start();
                var load = new Load(served.port())) {
            awaitVersion(load, "0");
            // When versions come, serve a half, and serve all or go
            for (int swap = 1; swap <= 50; swap++) {
                plugin("p" + swap, HALF);
                awaitVersion(load, "" + swap);
                String refusal = all.plane().endRollout("versions", swap % 2 == 0, "me");
                assertThat(refusal).as(served::log).isNull();
            }
            // Then
            Served.awaitState(all.plane(), Trial.State.PROMOTED);
            load.stop();
            assertThat(load.faults()).isEmpty();
            assertThat(load.answers()).isGreaterThan(500);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "d | answers 100.0 % of the exchanges",
                "t | the candidate failed",
                "s | its time p99 is",
                "c | the candidate cannot be loaded",
            })
    void aBadVersionIsGoneWithinFiveSeconds(String what, String why) throws Exception {
        plugin("p1", HALF);
        try (AllInOne all = served.start();
                var load = new Load(served.port())) {
            awaitVersion(load, "1");
            // When
            Instant before = Instant.now();
            plugin(what + "2", HALF);
            Served.awaitState(all.plane(), Trial.State.ROLLED_BACK);
            // Then
            RolloutStatus status = Served.status(all.plane());
            assertThat(Duration.between(before, status.trial().since())).isLessThan(seconds(5));
            assertThat(status.trial().reason()).contains(why);
            assertThat(served.log()).contains("rolled back").contains(why);
            assertThat(Served.ctl(all.plane(), "rollout", "status"))
                    .contains("rolled back")
                    .contains(why);
            assertThat(Served.ctl(all.plane(), "status")).contains("!RolledOut (RolledBack)");
            long last = load.seen("1");
            Awaitility.await().until(() -> load.seen("1") > last + 100);
        }
    }

    @Test
    void aShadowThatWouldTreatRequestsOtherwiseIsTakenBackAndNobodyMeetsIt() throws Exception {
        String shadow = "{shadow: {for: 1h}, gates: {exchanges: 50, timeFloor: 1h}}";
        plugin("p1", shadow);
        try (AllInOne all = served.start();
                var load = new Load(served.port())) {
            awaitVersion(load, "1");
            // When
            plugin("d2", shadow);
            Served.awaitState(all.plane(), Trial.State.ROLLED_BACK);
            // Then
            assertThat(Served.status(all.plane()).trial().reason())
                    .contains("as a shadow it treats 100.0 % of the exchanges otherwise");
            load.stop();
            assertThat(load.faults()).isEmpty();
            assertThat(load.seen("2")).isZero();
        }
    }

    @Test
    void aShadowThatTreatsRequestsAlikeServesAfterItsTime() throws Exception {
        String shadow =
                "{shadow: {for: 0s}, steps: [{percent: 50, for: 0s}],"
                        + " gates: {exchanges: 50, timeFloor: 1h, differencePercent: 100}}";
        plugin("p1", shadow);
        try (AllInOne all = served.start();
                var load = new Load(served.port())) {
            awaitVersion(load, "1");
            // When
            plugin("p2", shadow);
            Served.awaitState(all.plane(), Trial.State.PROMOTED);
            // Then
            awaitVersion(load, "2");
            load.stop();
            assertThat(served.log()).contains("shadow 100 % (step 1 of 2)", "canary 50 %");
            assertThat(load.faults()).isEmpty();
        }
    }

    private static Duration seconds(int number) {
        return Duration.ofSeconds(number);
    }

    @Test
    void aGoodVersionServesEverybodyAfterItsStepsAlsoOverARestart() throws Exception {
        String slow = "{steps: [{percent: 50, for: 1h}], gates: {exchanges: 10}}";
        plugin("p1", slow);
        String candidate;
        try (AllInOne all = served.start();
                var load = new Load(served.port())) {
            awaitVersion(load, "1");
            plugin("p2", slow);
            awaitVersion(load, "2");
            candidate = Served.status(all.plane()).trial().candidate();
        }
        // When the server starts anew, in the middle of it
        String quick = "{steps: [{percent: 50, for: 0s}], gates: {exchanges: 10}}";
        try (AllInOne all = served.start();
                var load = new Load(served.port())) {
            // Then
            awaitVersion(load, "1");
            awaitVersion(load, "2");
            assertThat(Served.status(all.plane()).trial().candidate()).isEqualTo(candidate);
            // When
            plugin("p2", quick);
            Served.awaitState(all.plane(), Trial.State.PROMOTED);
            // Then
            long last = load.seen("2");
            Awaitility.await().until(() -> load.seen("2") > last + 100);
            assertThat(Served.ctl(all.plane(), "status")).contains(" RolledOut");
            load.stop();
            assertThat(load.faults()).isEmpty();
        }
    }
}
