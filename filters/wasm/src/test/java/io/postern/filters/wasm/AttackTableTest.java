package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FilterStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * Every attack in every callback: it ends within twice its deadline, who was attacked gets what the
 * failure policy says, the plugin has a fresh instance, another plugin on the worker goes on, and
 * nothing is left behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // the modules are compiled once
class AttackTableTest {
    private static final Duration BUDGET = Duration.ofMillis(100); // the default

    /** Endless loop, trap, recursion, exit, memory, log, host calls: see {@code attacks.wat}. */
    private static final List<String> ATTACKS = List.of("l", "u", "r", "x", "g", "p", "P");

    private final PluginHarness harness =
            new PluginHarness(
                    Runnable::run,
                    null,
                    new WasmLimits(16 * 1024 * 1024, BUDGET, BUDGET, Integer.MAX_VALUE));
    private final WorkerFilter other = harness.start("all_hostcalls.wasm", "");
    private final AttackedPlugin attacked = new AttackedPlugin(harness);
    private final int timersOfOther = harness.worker.timers();

    @BeforeAll
    void warmUp() {
        harness.level = 5;
        harness.worker.clusters.add("upstream");
        for (int i = 0; i < 50; i++) {
            assertUnharmed();
        }
    }

    @ParameterizedTest(name = "{1} ({2})")
    @CsvFileSource(resources = "/attacks.csv", delimiter = '|')
    void whateverAPluginDoesHarmsNobodyElse(
            String where, String callback, String whose, String closed, String open) {
        for (String what : ATTACKS) {
            assertThat(outcome(where + what, FailurePolicy.FAIL_CLOSED, whose))
                    .as("%s in %s", what, callback)
                    .isEqualTo(closed);
        }
        assertThat(outcome(where + "u", FailurePolicy.FAIL_OPEN, whose))
                .as(callback)
                .isEqualTo(open);
    }

    private String outcome(String attack, FailurePolicy policy, String whose) {
        Optional<WorkerFilter> started = inTime(() -> attacked.start(attack, policy));
        if (started.isEmpty()) {
            assertNothingIsLeft();
            return "refused";
        }
        WorkerFilter plugin = started.get();
        String outcome = whose.equals("end") ? "" : attackedTwice(plugin, whose);
        String end = inTime(() -> attacked.end(plugin));
        assertNothingIsLeft();
        return whose.equals("end") ? end : outcome;
    }

    /**
     * What becomes of the first one; the second one meets a fresh instance, which fails as well.
     */
    private String attackedTwice(WorkerFilter plugin, String whose) {
        long before = failures();
        String first = inTime(() -> attacked.live(plugin, whose));
        harness.worker.runTasks();
        assertUnharmed();
        inTime(() -> attacked.live(plugin, whose));
        assertThat(failures() - before).isEqualTo(2);
        assertUnharmed();
        return first;
    }

    private static <T> T inTime(Supplier<T> task) {
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        T result = task.get();
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - before))
                .isLessThan(BUDGET.multipliedBy(2));
        return result;
    }

    /** Another plugin on the same worker, which uses headers, shared data and metrics. */
    private void assertUnharmed() {
        var stream = harness.stream(other);
        stream.request(FilterStream.get("/shared"), true);
        assertThat(stream.events).contains("reply 200").endsWith("reply sent");
        stream.end();
    }

    private void assertNothingIsLeft() {
        harness.worker.advance(Duration.ofMinutes(1).toNanos()); // delays of new starts
        assertThat(harness.worker.timers()).isEqualTo(timersOfOther);
        assertThat(harness.worker.calls).isEmpty();
        assertThat(harness.worker.streams).allMatch(stream -> stream.reset || stream.ended);
        assertThat(harness.worker.connections).allMatch(connection -> connection.closed);
        assertThat(value("instances")).isEqualTo(1); // the other one
        assertUnharmed();
    }

    private long failures() {
        return value("traps") + value("killed");
    }

    private long value(String metric) {
        var found = harness.worker.metrics.values.get("wasm.test-plugin." + metric);
        return found == null ? 0 : found.get();
    }
}
