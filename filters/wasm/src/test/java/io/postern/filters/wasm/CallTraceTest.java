package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.filters.wasm.vm.PluginLog;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FilterStream;
import org.junit.jupiter.api.Test;

/** At level trace every call between host and plugin is a line of the log, as in Envoy's. */
class CallTraceTest {
    private final PluginHarness harness = new PluginHarness();

    @Test
    void callsAndWhatTheyReturnAreLines() {
        // Given
        harness.level = PluginLog.TRACE;
        WorkerFilter filter = harness.start(PluginHarness.spec("wat/hosts.wasm", ""));
        FilterStream stream = harness.stream(filter);
        harness.logged.clear();

        // When
        stream.request(FilterStream.get("/x"), true);

        // Then
        assertThat(harness.logged)
                .startsWith(
                        "0 [host->vm] proxy_on_context_create(2, 1)",
                        "0 [host<-vm] proxy_on_context_create return: void",
                        "0 [host->vm] proxy_on_request_headers(2, 4, 1)",
                        "0 [vm->host] env.proxy_get_upstream_hosts(8, 12)",
                        "0 [vm<-host] env.proxy_get_upstream_hosts return: 0",
                        "0 [vm->host] env.proxy_log(2, 144, 8)",
                        "2 status 0",
                        "0 [vm<-host] env.proxy_log return: 0")
                .contains("0 [host->vm] malloc(2)")
                .endsWith("0 [host<-vm] proxy_on_request_headers return: 0");
    }

    @Test
    void aboveThatLevelNothingIsSaid() {
        harness.start(PluginHarness.spec("wat/hosts.wasm", ""));
        assertThat(harness.logged).noneMatch(line -> line.contains("->"));
    }
}
