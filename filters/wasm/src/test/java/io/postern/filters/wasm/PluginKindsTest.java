package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FakeConnection;
import io.postern.sdk.testkit.FakeStreamInfo;
import java.time.Duration;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/** Plugins that are no HTTP filters: on connections, as access loggers, on their own. */
class PluginKindsTest {
    private final PluginHarness harness = new PluginHarness();

    private WorkerFilter network(String mode, FailurePolicy policy) {
        return harness.start(PluginHarness.spec("wat/network.wasm", "", mode, policy));
    }

    @Test
    void aPluginHoldsBytesUntilItHasAWholeLine() {
        // Given
        var connection =
                new FakeConnection(harness.worker, network("h", FailurePolicy.FAIL_CLOSED));
        assertThat(connection.filter.onNewConnection()).isEqualTo(FilterStatus.CONTINUE);

        // When
        FilterStatus half = connection.downstream("ab", false);
        FilterStatus whole = connection.downstream("c\n", false);
        connection.end();

        // Then
        assertThat(half).isEqualTo(FilterStatus.PAUSE);
        assertThat(whole).isEqualTo(FilterStatus.CONTINUE);
        assertThat(connection.events).containsExactly("downstream abc\n");
        assertThat(harness.logged)
                .containsExactly(
                        "2 create 0 0",
                        "2 new connection 0 0",
                        "2 downstream data 2 0",
                        "2 downstream data 4 0",
                        "2 downstream close 2 0",
                        "2 done 0 0",
                        "2 log 0 0",
                        "2 delete 0 0");
    }

    @Test
    void aTrapClosesTheConnectionOrLetsItPass() {
        var closed = new FakeConnection(harness.worker, network("y", FailurePolicy.FAIL_CLOSED));
        closed.filter.onNewConnection();
        assertThat(closed.downstream("x", false)).isEqualTo(FilterStatus.PAUSE);
        assertThat(closed.events).containsExactly("close");

        var open = new FakeConnection(harness.worker, network("y", FailurePolicy.FAIL_OPEN));
        harness.worker.runTasks(); // both are in one machine, which is rebuilt
        open.filter.onNewConnection();
        open.downstream("x", false);
        assertThat(open.events).contains("downstream x").doesNotContain("close");
        assertThat(open.upstream("y", true)).isEqualTo(FilterStatus.CONTINUE);
    }

    @Test
    void aConnectionWaitsForThePluginThatIsBeingRebuilt() {
        // Given
        var control = new ArrayDeque<Runnable>();
        var slow = new PluginHarness(control::add);
        control.clear();
        var part =
                slow.start(
                        PluginHarness.spec("wat/network.wasm", "", "y", FailurePolicy.FAIL_CLOSED));
        var first = new FakeConnection(slow.worker, part);
        first.filter.onNewConnection();
        first.downstream("x", false);
        var second = new FakeConnection(slow.worker, part);

        // When
        FilterStatus before = second.filter.onNewConnection();
        control.remove().run();
        slow.worker.runTasks();

        // Then
        assertThat(before).isEqualTo(FilterStatus.PAUSE);
        assertThat(second.events).containsExactly("downstream ");
    }

    @Test
    void anAccessLoggerReadsWhatHasEndedAndCannotChangeIt() {
        // Given
        var part = harness.start(PluginHarness.spec("wat/logger.wasm", ""));
        var info = new FakeStreamInfo();
        info.responseCode = 203;

        // When
        var head = HeaderMap.of(":path", "/a");
        part.log(new EndedStream(info, head, HeaderMap.of(":status", "203")));
        part.log(new EndedStream(info, new HeaderMap(), null)); // a connection

        // Then: path, status, response.code, source.port, upstream.address, a change
        assertThat(harness.logged)
                .containsExactly("2 create 0", "2 /a 203 203 0 1 2", "2 !1 !1 203 0 1 2");
        assertThat(head.size()).isEqualTo(1);
    }

    @Test
    void aServiceTicks() {
        var part = harness.start(PluginHarness.spec("wat/logger.wasm", "ten bytes!"));
        harness.worker.advance(Duration.ofMillis(35).toNanos());
        part.close();
        assertThat(harness.logged)
                .containsExactly("2 create 0", "2 tick 1", "2 tick 2", "2 tick 3");
    }
}
