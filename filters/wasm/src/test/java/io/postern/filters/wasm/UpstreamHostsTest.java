package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.UpstreamEndpoint;
import io.postern.sdk.UpstreamEndpoint.Health;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FilterStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the 0.2.100 dialect knows of upstream hosts, and response body of a plugin's own. */
class UpstreamHostsTest {
    private final PluginHarness harness = new PluginHarness();
    private final WorkerFilter filter = harness.start(PluginHarness.spec("wat/hosts.wasm", ""));

    @Test
    void aPluginIsToldTheHostsAndChoosesOne() {
        // Given
        FilterStream stream = harness.stream(filter);
        stream.hosts =
                List.of(
                        new UpstreamEndpoint("10.0.0.1:80", Health.HEALTHY, 1),
                        new UpstreamEndpoint("10.0.0.2:80", Health.UNHEALTHY, 3));
        harness.logged.clear();

        // When
        stream.request(FilterStream.get("/x", "x-host", "10.0.0.1:80"), true);

        // Then
        assertThat(stream.overrideHost).isEqualTo("10.0.0.1:80");
        assertThat(harness.logged.getFirst()).isEqualTo("2 status 0");
        assertThat(harness.logged.get(1))
                .contains(
                        "10.0.0.1:80\0"
                                + "{\"health_status\":\"Healthy\",\"weight\":1,\"metrics\":\"\"}\0",
                        "10.0.0.2:80\0"
                                + "{\"health_status\":\"Unhealthy\",\"weight\":3,\"metrics\":\"\"}\0");
    }

    @Test
    void withoutARequestThereIsNothingToChooseOrToAddTo() {
        assertThat(harness.logged).containsExactly("2 status 2", "2 status 2", "2 status 2");
    }

    @Test
    void bodyOfThePluginsOwnGoesBeforeWhatItHolds() {
        // Given
        FilterStream stream = harness.stream(filter);
        stream.request(FilterStream.get("/x"), true);
        stream.response(HeaderMap.of(":status", "200"), false);

        // When
        FilterStatus first = stream.responseBody("held ", false);
        FilterStatus second = stream.responseBody("and more", true);

        // Then
        assertThat(first).isEqualTo(FilterStatus.PAUSE);
        assertThat(second).isEqualTo(FilterStatus.CONTINUE);
        assertThat(stream.events)
                .containsExactly(
                        "injected first;", "injected last.", "response body held and more");
    }

    @Test
    void beforeTheResponseHeadHasPassedThereIsNoBody() {
        FilterStream stream = harness.stream(filter);
        harness.logged.clear();
        stream.request(FilterStream.get("/x"), true);
        stream.response(HeaderMap.of(":status", "200"), false);
        assertThat(harness.logged).last().isEqualTo("2 status 2");
        assertThat(harness.logged.get(harness.logged.size() - 2)).isEqualTo("2 status 2");
        assertThat(stream.events).isEmpty();
    }
}
