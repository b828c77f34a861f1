package io.postern.xds.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.proto.rollouts.v1.RolloutReport;
import io.postern.xds.resources.rollout.RolloutPlan.Gates;
import io.postern.xds.server.rollout.Gatekeeping.Bad;
import io.postern.xds.server.rollout.Gatekeeping.Good;
import io.postern.xds.server.rollout.Gatekeeping.TooFew;
import io.postern.xds.server.rollout.Gatekeeping.Verdict;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GatekeepingTest {
    private static final Gates GATES =
            new Gates(200, 0.01, 0.05, 0.05, 0.01, 3, Duration.ofMillis(10), 2);

    private static Arguments of(String what, RolloutReport report, String verdict) {
        return Arguments.of(what, report, verdict);
    }

    static Stream<Arguments> spans() {
        var calm = Numbers.version(10_000, 0, 500, 20);
        return Stream.of(
                of(
                        "nothing",
                        Numbers.rollout(Numbers.version(0, 0, 0, 0), Numbers.version(0, 0, 0, 0)),
                        "too few"),
                of("one too few", Numbers.rollout(calm, Numbers.version(199, 0, 10, 0)), "too few"),
                of("the same", Numbers.rollout(calm, Numbers.version(200, 0, 10, 0)), "good"),
                of("a trap", Numbers.rollout(calm, Numbers.version(50, 3, 3, 3)), "too few"),
                of("traps", Numbers.rollout(calm, Numbers.version(50, 4, 4, 4)), "fails in 8.0 %"),
                of(
                        "traps of both",
                        Numbers.rollout(
                                Numbers.version(1_000, 100, 0, 0),
                                Numbers.version(1_000, 105, 0, 0)),
                        "good"),
                of(
                        "few traps of many",
                        Numbers.rollout(calm, Numbers.version(1_000, 10, 50, 0)),
                        "good"),
                of(
                        "denies all",
                        Numbers.rollout(calm, Numbers.version(200, 0, 200, 0)),
                        "answers 100.0 %"),
                of(
                        "denies nobody",
                        Numbers.rollout(
                                Numbers.version(1_000, 0, 500, 0), Numbers.version(1_000, 0, 0, 0)),
                        "answers 0.0 %"),
                of(
                        "denies more by chance",
                        Numbers.rollout(
                                Numbers.version(200, 0, 20, 0), Numbers.version(200, 0, 32, 0)),
                        "good"),
                of(
                        "denies more, and it is no chance",
                        Numbers.rollout(
                                Numbers.version(9_000, 0, 900, 0),
                                Numbers.version(9_000, 0, 1_440, 0)),
                        "answers 16.0 %"),
                of(
                        "upstreams fail",
                        Numbers.rollout(calm, Numbers.version(400, 0, 20, 60)),
                        "15.0 % of the exchanges, the last good version 0.2 %"),
                of(
                        "a little slower",
                        Numbers.rollout(calm, Numbers.version(400, 0, 20, 1, 9_000_000, 100)),
                        "good"),
                of(
                        "slow",
                        Numbers.rollout(calm, Numbers.version(400, 0, 20, 1, 20_000_000, 100)),
                        "time p99 is 20.00 ms"),
                of("three slow ones", Numbers.rollout(calm, Numbers.slowOnes(200, 3)), "good"),
                of("four slow ones", Numbers.rollout(calm, Numbers.slowOnes(200, 4)), "time p99"),
                of("four of many", Numbers.rollout(calm, Numbers.slowOnes(1_000, 4)), "good"),
                of(
                        "hungry",
                        Numbers.rollout(calm, Numbers.version(400, 0, 20, 1, 1_000, 201)),
                        "fuel p99 is 201"),
                of(
                        "left by a gateway",
                        Numbers.rollout(calm, calm).toBuilder().setProblem("it failed").build(),
                        "it failed"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("spans")
    void aCandidateIsComparedWithTheLastGoodVersion(
            String what, RolloutReport report, String verdict) {
        assertThat(said(new Gatekeeping(GATES).judge(Totals.of(report), false))).contains(verdict);
    }

    static Stream<Arguments> shadows() {
        return Stream.of(
                of("too few", Numbers.shadow(199, 100), "too few"),
                of("the same", Numbers.shadow(1_000, 10), "good"),
                of("otherwise", Numbers.shadow(1_000, 11), "as a shadow it treats 1.1 %"),
                of("an example", Numbers.shadow(1_000, 500), "the candidate: answers 403"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shadows")
    void aShadowIsJudgedByWhatItWouldHaveDone(String what, RolloutReport report, String verdict) {
        assertThat(said(new Gatekeeping(GATES).judge(Totals.of(report), true))).contains(verdict);
    }

    private static String said(Verdict verdict) {
        return switch (verdict) {
            case Good() -> "good";
            case TooFew(var _) -> "too few";
            case Bad(String why) -> why;
        };
    }
}
