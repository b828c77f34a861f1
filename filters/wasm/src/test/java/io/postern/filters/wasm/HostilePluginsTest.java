package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.config.model.WasmSpec;
import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.testkit.FilterStream;
import java.time.Duration;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A plugin can harm its own request, and nothing else. */
class HostilePluginsTest {
    private static final HeaderName STATUS = HeaderName.of("x-status");

    private final PluginHarness harness =
            new PluginHarness(
                    Runnable::run,
                    null,
                    new WasmLimits(
                            16 * 1024 * 1024,
                            Duration.ofMillis(50),
                            Duration.ofMillis(300),
                            Integer.MAX_VALUE));

    private WasmSpec hostile(String mode, FailurePolicy policy) {
        return PluginHarness.spec("wat/hostile.wasm", "", mode, policy);
    }

    @ParameterizedTest
    @CsvSource({
        "l, time budget of PT0.05S used up",
        "h, time budget of PT0.05S used up",
        "t, Trapped on unreachable instruction",
        "r, call stack exhausted",
        "x, the plugin called proc_exit(3)",
        "w, out of bounds memory access",
    })
    void aFailureEndsThatRequestAndTheNextOneGetsAFreshInstance(String mode, String reason) {
        // Given
        harness.level = 5;
        var filter = harness.start(hostile(mode, FailurePolicy.FAIL_CLOSED));
        var failing = harness.stream(filter);

        // When
        FilterStatus status = failing.request(FilterStream.get("/"), true);

        // Then
        assertThat(status).isEqualTo(FilterStatus.PAUSE);
        assertThat(failing.events).containsExactly("reply 503", "reply sent");
        assertThat(failing.replyBody()).isEmpty();
        assertThat(harness.logged).anySatisfy(line -> assertThat(line).contains(reason));
        assertThat(Thread.interrupted()).isFalse();
        failing.end();
        harness.worker.runTasks();
        var next = harness.stream(filter);
        next.request(FilterStream.get("/"), true);
        assertThat(harness.logged).hasSize(2); // it ran, and failed, in an instance of its own
        next.end();
    }

    @Test
    void failOpenLetsThatVeryRequestPass() {
        var filter = harness.start(hostile("t", FailurePolicy.FAIL_OPEN));
        var stream = harness.stream(filter);
        assertThat(stream.request(FilterStream.get("/"), false)).isEqualTo(FilterStatus.CONTINUE);
        assertThat(stream.requestBody("x", true)).isEqualTo(FilterStatus.CONTINUE);
        assertThat(stream.response(HeaderMap.of(":status", "200"), true))
                .isEqualTo(FilterStatus.CONTINUE);
        assertThat(stream.reply).isNull();
        stream.end();
    }

    @Test
    void memoryGrowsToItsLimitAndNoFurther() {
        var limits =
                new WasmLimits(
                        16 * 1024 * 1024,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5),
                        Integer.MAX_VALUE);
        var patient = new PluginHarness(Runnable::run, null, limits); // copying takes its time
        var stream = patient.stream(patient.start(hostile("g", FailurePolicy.FAIL_CLOSED)));
        var head = FilterStream.get("/");
        assertThat(stream.request(head, true)).isEqualTo(FilterStatus.CONTINUE);
        assertThat(head.get(STATUS)).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource({"n, 6", "o, 6", "a, 9"}) // no memory, memory elsewhere, map changed meanwhile
    void anAllocatorThatLiesGetsAStatus(String mode, String status) {
        var stream = harness.stream(harness.start(hostile(mode, FailurePolicy.FAIL_CLOSED)));
        var head = FilterStream.get("/");
        assertThat(stream.request(head, true)).isEqualTo(FilterStatus.CONTINUE);

        assertThat(head.valueIs(head.size() - 1, status)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "c, proxy_on_configure returned false",
        "C, Trapped on unreachable instruction",
        "L, time budget of PT0.3S used up",
    })
    void aPluginThatDoesNotStartIsRefusedByName(String mode, String reason) {
        assertThatThrownBy(() -> harness.start(hostile(mode, FailurePolicy.FAIL_OPEN)))
                .isInstanceOf(FilterLoadException.class)
                .hasMessageStartingWith("Unable to create Wasm plugin test-plugin: " + reason);
    }

    @Test
    void requestsWaitForARebuildAndGoOnAfterIt() {
        // Given a rebuild that has not been done yet
        var control = new ArrayDeque<Runnable>();
        var slow = new PluginHarness(control::add);
        var filter = slow.start("all_hostcalls.wasm", "");
        var failing = slow.stream(filter);
        failing.request(FilterStream.get("/panic"), true);
        var waiting = slow.stream(filter);

        // When
        FilterStatus status = waiting.request(FilterStream.get("/shared"), true);
        control.removeLast().run();
        slow.worker.runTasks();

        // Then
        assertThat(failing.events).containsExactly("reply 503", "reply sent");
        assertThat(status).isEqualTo(FilterStatus.PAUSE);
        assertThat(waiting.events).contains("reply 200").endsWith("reply sent");
    }

    @Test
    void aPluginThatKeepsFailingIsStartedAgainAfterADelay() {
        // Given two failures in a row
        var filter = harness.start("all_hostcalls.wasm", "");
        for (int i = 0; i < 2; i++) {
            harness.stream(filter).request(FilterStream.get("/panic"), true);
            harness.worker.runTasks();
        }

        // When
        var early = harness.stream(filter);
        early.request(FilterStream.get("/shared"), true);
        harness.worker.advance(Duration.ofSeconds(1).toNanos());
        var late = harness.stream(filter);
        late.request(FilterStream.get("/shared"), true);

        // Then
        assertThat(early.events).containsExactly("reply 503", "reply sent");
        assertThat(late.events).contains("reply 200").endsWith("reply sent");
    }

    @Test
    void waitingForTheNextTryIsNoProofOfHealth() {
        // Given a plugin that fails whenever it is back, until the delay is the longest
        var filter = harness.start("all_hostcalls.wasm", "");
        for (int seconds : new int[] {2, 2, 3, 5, 9, 11}) {
            harness.stream(filter).request(FilterStream.get("/panic"), true);
            harness.worker.advance(Duration.ofSeconds(seconds).toNanos());
        }

        // When
        harness.stream(filter).request(FilterStream.get("/panic"), true);
        harness.worker.advance(Duration.ofSeconds(5).toNanos());

        // Then
        var early = harness.stream(filter);
        early.request(FilterStream.get("/shared"), true);
        assertThat(early.events).containsExactly("reply 503", "reply sent");
    }

    @Test
    void streamsThatWaitForAFailedInstanceAreEndedByThePolicy() {
        var filter = harness.start("all_hostcalls.wasm", "");
        var paused = harness.stream(filter);
        paused.request(FilterStream.get("/pause"), true);
        harness.stream(filter).request(FilterStream.get("/panic"), true);
        assertThat(paused.events).containsExactly("reply 503", "reply sent");
    }

    @Test
    void otherStreamsGoOnInTheFreshInstance() {
        // Given
        var filter = harness.start("all_hostcalls.wasm", "");
        var other = harness.stream(filter);
        other.request(FilterStream.get("/x"), true);

        // When
        harness.stream(filter).request(FilterStream.get("/panic"), true);
        harness.worker.runTasks();
        var head = HeaderMap.of(":status", "200");
        FilterStatus status = other.response(head, true);

        // Then
        assertThat(status).isEqualTo(FilterStatus.CONTINUE);
        assertThat(head.get(HeaderName.of("x-all"))).isEqualTo("1");
        assertThat(other.events).isEmpty();
        other.end();
    }
}
