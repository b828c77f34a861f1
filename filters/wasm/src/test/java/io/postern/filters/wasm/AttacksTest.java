package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FilterStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plugins that try to stop, starve or break the gateway, see {@code attacks.wat}: a call ends
 * within twice its deadline, and what else runs on the worker goes on.
 */
class AttacksTest {
    private static final Duration BUDGET = Duration.ofMillis(100);
    private static final Duration START_BUDGET = Duration.ofMillis(300);
    private static final WasmLimits LIMITS =
            new WasmLimits(16 * 1024 * 1024, BUDGET, START_BUDGET, Integer.MAX_VALUE);

    private final PluginHarness harness = new PluginHarness(Runnable::run, null, LIMITS);
    private final WorkerFilter other = harness.start("all_hostcalls.wasm", "");

    @BeforeEach
    void warmUp() {
        harness.level = 5;
        harness.worker.clusters.add("upstream");
        for (int i = 0; i < 50; i++) {
            assertUnharmed();
        }
    }

    private WorkerFilter attack(String whereAndWhat) {
        return harness.start(
                PluginHarness.spec(
                        "wat/attacks.wasm", "", whereAndWhat, FailurePolicy.FAIL_CLOSED));
    }

    /** Another plugin on the same worker, which uses headers, shared data and metrics. */
    private void assertUnharmed() {
        var stream = harness.stream(other);
        stream.request(FilterStream.get("/shared"), true);
        assertThat(stream.events).contains("reply 200").endsWith("reply sent");
        stream.end();
    }

    private Duration cpuOf(Runnable task) {
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        task.run();
        return Duration.ofNanos(threads.getCurrentThreadCpuTime() - before);
    }

    private void wholeStream(WorkerFilter filter) {
        var stream = harness.stream(filter);
        FilterStatus status = stream.request(FilterStream.get("/"), false);
        if (status == FilterStatus.CONTINUE && stream.reply == null) {
            stream.requestBody("body", false);
            stream.requestTrailers(HeaderMap.of("a", "b"));
        }
        if (stream.reply == null) {
            stream.response(HeaderMap.of(":status", "200"), false);
            stream.responseBody("body", false);
            stream.responseTrailers(HeaderMap.of("a", "b"));
        }
        stream.end();
    }

    @Test
    void whoeverWasEndedForItsTimeHasLessUntilItHasBeenQuiet() {
        // Given
        WorkerFilter hostile = attack("hl");
        Duration first = cpuOf(() -> wholeStream(hostile));
        harness.worker.runTasks(); // a fresh instance

        // When
        Duration second = cpuOf(() -> wholeStream(hostile));
        harness.worker.advance(2_000_000_000L);
        Duration third = cpuOf(() -> wholeStream(hostile));
        harness.worker.advance(20_000_000_000L);
        Duration afterQuiet = cpuOf(() -> wholeStream(hostile));

        // Then: the watchdog looks every 10 ms
        assertThat(first).isGreaterThan(BUDGET);
        assertThat(second).isBetween(BUDGET.dividedBy(4), BUDGET.dividedBy(4).plusMillis(40));
        assertThat(third).isBetween(BUDGET.dividedBy(10), BUDGET.dividedBy(10).plusMillis(40));
        assertThat(afterQuiet).isGreaterThan(BUDGET);
        assertUnharmed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"f", "g", "T", "p", "s", "P", "Q", "e", "M", "S", "D", "r", "u"})
    void aFloodOfWhateverKindEndsInTheSameTime(String what) {
        WorkerFilter hostile = attack("h" + what);
        assertThat(cpuOf(() -> wholeStream(hostile))).isLessThan(BUDGET.multipliedBy(2));
        assertThat(harness.logged).anyMatch(line -> line.contains("plugin failed"));
        assertUnharmed();
    }

    @Test
    void anEndlessTickEndsAndIsNotRunAgainAtOnce() {
        attack("kl");
        Duration used = cpuOf(() -> harness.worker.advance(500_000_000L));
        assertThat(used).isLessThan(BUDGET.multipliedBy(4)); // once, and once after a fresh start
        assertUnharmed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wat/loop_initialize", "wat/loop_start", "wat/loop_command"})
    void aModuleThatNeverStartsIsRefused(String module) {
        var spec = PluginHarness.spec(module + ".wasm", "", "", FailurePolicy.FAIL_OPEN);
        assertThatThrownBy(() -> harness.start(spec))
                .isInstanceOf(FilterLoadException.class)
                .hasMessageContaining("time budget of PT0.3S used up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wat/grow_start", "wat/deep_start", "wat/calls_start"})
    void aModuleThatAttacksInItsStartSectionIsRefusedInTime(String module) {
        // Given
        var spec = PluginHarness.spec(module + ".wasm", "", "", FailurePolicy.FAIL_OPEN);

        // When
        Duration used =
                cpuOf(() ->
                        assertThatThrownBy(() -> harness.start(spec))
                                .isInstanceOf(FilterLoadException.class));

        // Then
        assertThat(used).isLessThan(START_BUDGET.multipliedBy(2));
        assertUnharmed();
    }

    @Test
    void aTableOfEightMillionEntriesIsRefused() {
        var spec = PluginHarness.spec("wat/big_table.wasm", "", "", FailurePolicy.FAIL_OPEN);
        assertThatThrownBy(() -> harness.start(spec))
                .isInstanceOf(FilterLoadException.class)
                .hasMessageContaining("tables of 8000000 entries (expected: at most 1000000)");
    }

    @Test
    void aStormOfTrapsCostsNextToNothing() {
        // Given
        WorkerFilter hostile = attack("hu");

        // When
        Duration used =
                cpuOf(() -> {
                    for (int i = 0; i < 1000; i++) {
                        wholeStream(hostile);
                        harness.worker.runTasks();
                    }
                });

        // Then
        assertThat(used).isLessThan(Duration.ofSeconds(1));
        assertThat(harness.logged).hasSizeLessThan(10); // it is not started again for each
        assertUnharmed();
    }

    @Test
    void recursionThroughHostCallsBreaksNothingHoweverOftenItRunsOut() {
        for (int i = 0; i < 20; i++) {
            WorkerFilter hostile = attack("hr");
            wholeStream(hostile);
            hostile.close();
            assertUnharmed();
        }
        assertThat(harness.logged)
                .filteredOn(line -> line.contains("call stack exhausted"))
                .hasSize(20);
    }
}
