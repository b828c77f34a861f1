package io.postern.xds.server.rollout;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import io.postern.config.model.ResourceType;
import io.postern.config.proto.rollouts.v1.RolloutReport;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.rollout.RolloutBook;
import io.postern.xds.resources.rollout.RolloutPlan;
import io.postern.xds.resources.rollout.RolloutPlan.Gates;
import io.postern.xds.resources.rollout.RolloutPlan.Step;
import io.postern.xds.resources.rollout.TriedVersion;
import io.postern.xds.resources.rollout.WantedVersion;
import io.postern.xds.server.fleet.NodeIdentity;
import io.postern.xds.server.fleet.Standing;
import io.postern.xds.server.protocol.ResourceStatus;
import io.postern.xds.server.rollout.Trial.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rollouts with a clock that stands until it is told to go, and gateways that tell what is wanted.
 */
class RolloutsTest {
    private static final String WAF = "wasm/default/waf";
    private static final RolloutPlan PLAN =
            new RolloutPlan(
                    List.of(
                            new Step.Exchanges(1_000, true, Duration.ofSeconds(30)),
                            new Step.Exchanges(100, false, Duration.ofSeconds(60)),
                            new Step.Exchanges(5_000, false, Duration.ofSeconds(60))),
                    "",
                    false,
                    new Gates(100, 0.01, 0.05, 0.05, 0.01, 3, Duration.ofMillis(10), 2));

    @TempDir Path folder = Path.of("");
    private final List<String> log = new ArrayList<>();
    private final List<Standing> envoys = new ArrayList<>();
    private final Reports reports = new Reports();
    private Instant now = Instant.parse("2026-11-23T10:00:00Z");
    private @Nullable Rollouts opened;

    @BeforeEach
    void open() throws IOException {
        InstantSource source = () -> now;
        opened =
                new Rollouts(
                        DiskRollouts.open(folder, log::add),
                        reports,
                        new StandingEnvoys(1, envoys),
                        (status, bad) -> log.add((bad ? "BAD " : "") + status.where()),
                        source.withZone(ZoneOffset.UTC));
    }

    private Rollouts rollouts() {
        return java.util.Objects.requireNonNull(opened);
    }

    private static WantedVersion version(String id) {
        return new WantedVersion(
                WAF,
                new DocumentKey("postern.io", "WasmPlugin", "default", "waf"),
                new TriedVersion(
                        id, Map.of(Audience.POSTERN, Any.pack(StringValue.of("code " + id)))),
                PLAN);
    }

    private void wants(String id) throws IOException {
        rollouts().observe(List.of(version(id)));
    }

    private void after(int seconds, RolloutReport told) throws IOException {
        now = now.plusSeconds(seconds);
        reports.take(Numbers.report("edge-1", 1, told));
        rollouts().advance();
    }

    private RolloutBook.Entry entry() {
        return java.util.Objects.requireNonNull(rollouts().book().find(WAF));
    }

    private static RolloutReport good(int exchanges) {
        return Numbers.rollout(
                Numbers.version(exchanges, 0, 0, 0), Numbers.version(exchanges, 0, 0, 0));
    }

    @Test
    void aGoodVersionGoesThroughAllSteps() throws IOException {
        // Given
        wants("1");
        wants("2");
        assertThat(entry().lastGood().id()).isEqualTo("1");
        assertThat(entry().trial())
                .isEqualTo(new RolloutBook.Trial("2", PLAN.steps().subList(0, 1)));
        // When
        after(30, Numbers.shadow(1_000, 0));
        after(59, good(1_000));
        after(1, good(2_000));
        after(60, good(2_099)); // not enough since the step began
        after(1, good(2_200));
        // Then
        assertThat(log)
                .containsExactly(
                        "shadow 10 % (step 1 of 3)",
                        "canary 1 % (step 2 of 3)", "canary 50 % (step 3 of 3)", "promoted");
        assertThat(entry()).isEqualTo(new RolloutBook.Entry(version("2").version(), null));
    }

    private static final RolloutPlan ENVOYS =
            new RolloutPlan(
                    List.of(
                            new Step.Envoys("canary", 10_000, Duration.ofSeconds(30)),
                            new Step.Envoys("", 5_000, Duration.ofSeconds(60))),
                    "",
                    false,
                    PLAN.gates());

    private void envoyTells(int of, int taken, String refusal) throws IOException {
        envoys.clear();
        for (int i = 0; i < of; i++) {
            boolean refuses = i == 0 && !refusal.isEmpty();
            var state =
                    refuses
                            ? ResourceStatus.State.NACKED
                            : i < taken ? ResourceStatus.State.ACKED : ResourceStatus.State.STALE;
            envoys.add(
                    new Standing(
                            new NodeIdentity("e-" + i, "edge", Map.of(), "envoy", false),
                            new ResourceStatus(
                                    ResourceType.EXTENSION, WAF, "2", "2", state, refusal)));
        }
        rollouts().advance();
    }

    private void wantsOnEnvoys(String id) throws IOException {
        var known = version(id);
        rollouts()
                .observe(
                        List.of(new WantedVersion(WAF, known.document(), known.version(), ENVOYS)));
    }

    @Test
    void envoysMoveOneGroupAfterTheOtherOnceAllHaveTakenIt() throws IOException {
        // Given
        wantsOnEnvoys("1");
        wantsOnEnvoys("2");
        // When nobody is there, then some have it, then all
        now = now.plusSeconds(100);
        envoyTells(0, 0, "");
        String nobody = rollouts().statuses().getFirst().trial().reason();
        now = now.plusSeconds(100);
        envoyTells(2, 1, "");
        String some = rollouts().statuses().getFirst().trial().reason();
        now = now.plusSeconds(29);
        envoyTells(2, 2, "");
        boolean early = log.size() > 1;
        now = now.plusSeconds(1);
        envoyTells(2, 2, "");
        // Then
        assertThat(nobody).contains("no Envoy of the step is connected");
        assertThat(some).contains("1 of 2 Envoys have taken it");
        assertThat(early).isFalse();
        assertThat(requireNonNull(entry().trial()).envoys()).isEqualTo(ENVOYS.steps());
        // When
        now = now.plusSeconds(60);
        envoyTells(4, 4, "");
        // Then
        assertThat(log)
                .containsExactly(
                        "100 % of the Envoys of canary (step 1 of 2)",
                        "50 % of the Envoys (step 2 of 2)", "promoted");
    }

    @Test
    void anEnvoyThatRefusesItCondemnsIt() throws IOException {
        // Given
        wantsOnEnvoys("1");
        wantsOnEnvoys("2");
        // When
        envoyTells(3, 2, "Failed to load Wasm module");
        // Then
        assertThat(log).last().isEqualTo("BAD rolled back");
        assertThat(rollouts().statuses().getFirst().trial().reason())
                .contains("Envoy 'e-0' of 'edge' refuses it: Failed to load Wasm module");
        assertThat(entry().trial()).isNull();
    }

    @Test
    void aBadVersionGoesBackAndIsNotTriedAgain() throws IOException {
        // Given
        wants("1");
        wants("2");
        after(30, Numbers.shadow(1_000, 0));
        // When
        after(1, Numbers.rollout(Numbers.version(900, 0, 0, 0), Numbers.version(100, 50, 0, 0)));
        wants("2");
        // Then
        assertThat(log).last().isEqualTo("BAD rolled back");
        assertThat(entry()).isEqualTo(new RolloutBook.Entry(version("1").version(), null));
        assertThat(rollouts().statuses().getFirst().trial().reason()).contains("fails in 50.0 %");
        // When another one comes
        wants("3");
        // Then
        assertThat(entry().trial()).isNotNull();
    }

    @Test
    void whatItWasIsThereAfterARestart() throws IOException {
        // Given
        wants("1");
        wants("2");
        after(30, Numbers.shadow(1_000, 0));
        // When
        open();
        // Then
        assertThat(entry().lastGood()).isEqualTo(version("1").version());
        // When the document asks for the same again
        assertThat(rollouts().observe(List.of(version("2")))).isTrue();
        // Then it is in the step that it was in
        assertThat(entry().trial())
                .isEqualTo(new RolloutBook.Trial("2", PLAN.steps().subList(0, 2)));
    }

    @Test
    void aDamagedFileIsLeftOutAndSaid() throws IOException {
        // Given
        wants("1");
        try (var files = Files.list(folder)) {
            Path file = files.findFirst().orElseThrow();
            byte[] octets = Files.readAllBytes(file);
            octets[20] = (byte) (octets[20] ^ 1);
            Files.write(file, octets);
        }
        // When
        open();
        // Then
        assertThat(rollouts().book()).isEqualTo(RolloutBook.EMPTY);
        assertThat(log).singleElement().asString().contains("is lost: the checksum is wrong");
    }

    @Test
    void somebodyMayEndIt() throws IOException {
        // Given
        wants("1");
        wants("2");
        // When, Then
        assertThat(rollouts().abort("other", "me")).contains("no rollout is called other");
        assertThat(rollouts().abort("waf", "me")).isNull();
        assertThat(entry().lastGood().id()).isEqualTo("1");
        assertThat(rollouts().abort("default/waf", "me")).contains("nothing is tried now");
        assertThat(rollouts().promote(WAF, "me")).isNull();
        assertThat(entry().lastGood().id()).isEqualTo("2");
        assertThat(rollouts().statuses().getFirst().trial().reason()).isEqualTo("promoted by me");
    }

    @Test
    void aDocumentThatAsksForTheLastGoodVersionAgainEndsIt() throws IOException {
        // Given
        wants("1");
        wants("2");
        // When
        wants("1");
        // Then
        assertThat(rollouts().statuses().getFirst().trial().state()).isEqualTo(State.ROLLED_BACK);
        assertThat(rollouts().isBusy()).isFalse();
    }

    @Test
    void gatewaysAreAddedUpAndThoseThatWentStillCount() throws IOException {
        // Given
        wants("1");
        wants("2");
        after(30, Numbers.shadow(1_000, 0));
        // When
        reports.take(Numbers.report("edge-1", 1, good(40)));
        reports.take(Numbers.report("edge-1", 2, good(30)));
        reports.take(Numbers.report("edge-2", 1, good(30)));
        // Then
        assertThat(rollouts().statuses().getFirst().totals().candidate().exchanges())
                .isEqualTo(100);
    }

    @Test
    void whatNoDocumentSpeaksOfIsForgotten() throws IOException {
        // Given
        wants("1");
        // When it cannot be made at the moment
        rollouts().observe(List.of());
        rollouts().retain(Set.of(WAF));
        // Then
        assertThat(entry().lastGood().id()).isEqualTo("1");
        // When it is gone
        rollouts().retain(Set.of());
        // Then
        assertThat(rollouts().book()).isEqualTo(RolloutBook.EMPTY);
        open();
        assertThat(rollouts().book()).isEqualTo(RolloutBook.EMPTY);
    }
}
