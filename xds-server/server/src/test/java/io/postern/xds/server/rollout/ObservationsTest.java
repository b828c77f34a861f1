package io.postern.xds.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.ResourceType;
import io.postern.config.proto.rollouts.v1.EnvoysReport;
import io.postern.config.proto.rollouts.v1.Report;
import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.rollout.RolloutPlan;
import io.postern.xds.resources.rollout.RolloutPlan.Gates;
import io.postern.xds.resources.rollout.TriedVersion;
import io.postern.xds.resources.rollout.WantedVersion;
import io.postern.xds.server.fleet.NodeIdentity;
import io.postern.xds.server.fleet.Standing;
import io.postern.xds.server.protocol.ResourceStatus;
import io.postern.xds.server.rollout.Gatekeeping.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A server with one Envoy that has the candidate, and others that tell of theirs. */
class ObservationsTest {
    private static final String WAF = "wasm/default/waf";
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final RolloutPlan PLAN =
            new RolloutPlan(
                    List.of(new RolloutPlan.Step.Envoys("", 10_000, Duration.ofSeconds(30))),
                    "",
                    false,
                    new Gates(100, 0.01, 0.05, 0.05, 0.01, 3, Duration.ofMillis(10), 2));
    private static final WantedVersion WANTED =
            new WantedVersion(
                    WAF,
                    new DocumentKey("postern.io", "WasmPlugin", "default", "waf"),
                    new TriedVersion("2", Map.of()),
                    PLAN);
    private static final Trial TRIAL = Trial.begin("2", NOW, Totals.NONE);
    private static final Map<String, Tracked> TRACKED =
            Map.of(WAF, new Tracked(new TriedVersion("1", Map.of()), TRIAL, List.of()));
    private static final Standing TAKEN =
            new Standing(
                    new NodeIdentity("e-1", "edge", Map.of(), "envoy", false),
                    new ResourceStatus(
                            ResourceType.EXTENSION, WAF, "2", "2", ResourceStatus.State.ACKED, ""));

    private final OtherServers store = new OtherServers();
    private final Observations observations =
            new Observations(store, new Reports(true), new StandingEnvoys(7, List.of(TAKEN)));

    /** What this server told, and what the others do. */
    private static final class OtherServers implements RolloutStore {
        private List<Report> told = List.of();
        private boolean reached = true;
        private @Nullable Report heard;

        @Override
        public Map<String, Tracked> load() {
            return Map.of();
        }

        @Override
        public void save(String filter, @Nullable Tracked now) {}

        @Override
        public boolean isShared() {
            return true;
        }

        @Override
        public boolean judges(String filter) {
            return true;
        }

        @Override
        public void leave(String filter) {}

        @Override
        public boolean tell(Report own) {
            heard = own;
            return reached;
        }

        @Override
        public List<Report> told() {
            return told;
        }

        @Override
        public void follow(Runnable changed) {}

        @Override
        public void close() {}
    }

    private static EnvoysReport envoys(int taken, int waiting, String refusal) {
        return EnvoysReport.newBuilder()
                .setName(WAF)
                .setSeed("2")
                .setRevision(7)
                .setTaken(taken)
                .setWaiting(waiting)
                .setRefusal(refusal)
                .build();
    }

    private static Report report(EnvoysReport... envoys) {
        return Report.newBuilder().addAllEnvoys(List.of(envoys)).build();
    }

    private Verdict verdict() {
        return observations.verdict(WANTED, TRIAL, Totals.NONE);
    }

    static Stream<Arguments> others() {
        EnvoysReport good = envoys(1, 0, "");
        EnvoysReport bad = envoys(1, 0, "Envoy 'e-2' of 'edge' refuses it: no");
        var silent =
                "TooFew[what=1 of the other servers have not told yet how their Envoys take it]";
        return Stream.of(
                Arguments.of("none", List.of(), "Good[]"),
                Arguments.of("one has it", List.of(report(good)), "Good[]"),
                Arguments.of(
                        "one has not answered",
                        List.of(report(good), report(envoys(1, 2, ""))),
                        "TooFew[what=3 of 5 Envoys have taken it]"),
                Arguments.of(
                        "one refuses it",
                        List.of(report(good), report(bad), report()),
                        "Bad[why=Envoy 'e-2' of 'edge' refuses it: no]"),
                Arguments.of("a server that is new", List.of(report(good), report()), silent),
                Arguments.of(
                        "of another candidate",
                        List.of(report(bad.toBuilder().setSeed("3").build())),
                        silent),
                Arguments.of(
                        "of another step",
                        List.of(report(bad.toBuilder().setStep(1).build())),
                        silent),
                Arguments.of(
                        "of a revision before that",
                        List.of(report(good.toBuilder().setRevision(6).build())),
                        silent));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void theEnvoysOfAllServersAreJudgedTogether(String what, List<Report> told, String verdict)
            throws IOException {
        store.told = told;
        assertThat(observations.exchange(NOW, TRACKED)).isTrue();
        assertThat(verdict()).as(what).hasToString(verdict);
    }

    @Test
    void itTellsOfItsOwnAndOnceASecond() throws IOException {
        assertThat(observations.exchange(NOW, TRACKED)).isTrue();
        assertThat(store.heard).isEqualTo(report(envoys(1, 0, "")));
        // When others tell something else right after that
        store.told = List.of(report(envoys(0, 0, "refused")));
        observations.exchange(NOW.plusMillis(999), TRACKED);
        assertThat(verdict()).hasToString("Good[]");
        observations.exchange(NOW.plusMillis(1000), TRACKED);
        // Then
        assertThat(verdict()).hasToString("Bad[why=refused]");
    }

    @Test
    void withoutTheOthersNothingIsJudgedAndWithoutACandidateItSaysThatItIsThere()
            throws IOException {
        store.reached = false;
        assertThat(observations.exchange(NOW, TRACKED)).isFalse();
        store.reached = true;
        assertThat(observations.exchange(NOW, Map.of())).isTrue();
        assertThat(store.heard).isEqualTo(Report.getDefaultInstance());
    }

    @Test
    void whatAnEnvoySaysIsCutOff() {
        var said = new Acknowledgements(0, 0, "x".repeat(5_000));
        assertThat(said.refusal()).hasSize(1_000);
    }
}
