package io.postern.filters.wasm.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.testkit.FakeMetrics;
import org.junit.jupiter.api.Test;

class ClientCallsTest {
    @Test
    void onlyCallsFromNowOnCount() {
        // Given a counter that an earlier version of the plugin has had
        var counter = new FakeMetrics().counter("wasm.plugin.calls");
        counter.add(1_000_000);
        var clients = new ClientCalls(counter);

        // When
        counter.add(19_999);
        boolean before = clients.haveWarmed();
        counter.add(1);

        // Then
        assertThat(before).isFalse();
        assertThat(clients.haveWarmed()).isTrue();
    }
}
