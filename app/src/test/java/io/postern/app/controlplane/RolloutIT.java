package io.postern.app.controlplane;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
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

/**
 * {@code postern serve} under load while versions of a plugin from Docker's registry come and go.
 */
@Timeout(180)
class RolloutIT {
    private static final String TAG = "team/versions:stable";
    private static final String SECRET = "pullSecret: registry";
    private static final String HALF = "{steps: [{percent: 50, for: 60s}], gates: {exchanges: 50}}";

    private final Path folder;
    private final Served served;
    private final VersionedPlugin plugin;
    private final PluginRegistry registry;
    private final String url;

    RolloutIT(@TempDir Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        served = new Served(folder);
        plugin = new VersionedPlugin(served);
        registry = PluginRegistry.start(folder);
        url = registry.push(VersionedPlugin.MODULE, TAG);
        served.write("secret.yaml", registry.secret());
    }

    @AfterEach
    void close() {
        plugin.close();
        registry.close();
    }

    private void plugin(String config, String rollout) throws IOException {
        plugin.write(url, config, SECRET, "rollout: " + rollout);
    }

    private AllInOne start() throws IOException {
        return served.start(registry.registries());
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
        try (AllInOne all = start();
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
        try (AllInOne all = start();
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

    /** Modules that can be pulled, but not run. */
    private Path unusable(String how) throws IOException {
        String good = Files.readString(VersionedPlugin.MODULE, ISO_8859_1);
        String onePage = "\5\3\1\0\1";
        assertThat(good).containsOnlyOnce(onePage);
        String bad =
                switch (how) {
                    case "no code" -> good.substring(0, 8) + "\12\1no";
                    case "2 GiB" -> good.replace(onePage, "\5\5\1\0\200\200\2");
                    default -> throw new IllegalArgumentException(how);
                };
        return Files.writeString(folder.resolve("unusable.wasm"), bad, ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no code | the module",
                "2 GiB | memory",
                "its configuration | proxy_on_configure"
            })
    void withoutARolloutWhatNoGatewayCanRunChangesNothingAndItsStatusSaysWhy(
            String what, String why) throws Exception {
        plugin.write(url, "p1", SECRET);
        try (AllInOne all = start();
                var load = new Load(served.port())) {
            awaitVersion(load, "1");
            // When
            if (what.equals("its configuration")) {
                plugin.write(url, "c2", SECRET);
            } else {
                registry.push(unusable(what), TAG);
            }
            // Then
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() ->
                            assertThat(Served.ctl(all.plane(), "status"))
                                    .contains("!Programmed (RefusedByNodes)"));
            long last = load.seen("1");
            Awaitility.await().until(() -> load.seen("1") > last + 100);
            load.stop();
            assertThat(load.faults()).isEmpty();
            assertThat(served.resources().resolve(".status/plugin.yaml"))
                    .content()
                    .contains("RefusedByNodes", why, "the version of before serves there");
        }
    }

    @Test
    void aShadowThatWouldTreatRequestsOtherwiseIsTakenBackAndNobodyMeetsIt() throws Exception {
        String shadow = "{shadow: {for: 1h}, gates: {exchanges: 50, timeFloor: 1h}}";
        plugin("p1", shadow);
        try (AllInOne all = start();
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
        try (AllInOne all = start();
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
        try (AllInOne all = start();
                var load = new Load(served.port())) {
            awaitVersion(load, "1");
            plugin("p2", slow);
            awaitVersion(load, "2");
            candidate = Served.status(all.plane()).trial().candidate();
        }
        // When the server starts anew, in the middle of it
        String quick = "{steps: [{percent: 50, for: 0s}], gates: {exchanges: 10}}";
        try (AllInOne all = start();
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
