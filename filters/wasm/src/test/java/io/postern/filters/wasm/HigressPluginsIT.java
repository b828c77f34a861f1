package io.postern.filters.wasm;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.WasmSpec;
import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FilterStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The plugins of Higress that PyPI has, as they were published: standard Go, ABI 0.2.100, six
 * megabytes each. Without a network they are skipped, and that is said.
 */
class HigressPluginsIT {
    private static final String WHEEL = "gpustack-higress-plugins==0.5.1";
    private static final WasmLimits PATIENT =
            new WasmLimits(128L << 20, Duration.ofSeconds(20), Duration.ofSeconds(30), 1_000_000);

    private final TreeMap<String, Path> modules = new TreeMap<>();

    @BeforeEach
    void install() throws IOException, InterruptedException {
        Path directory = PublishedWheel.install(WHEEL);
        if (directory == null) {
            System.out.println("SKIPPED, NO PLUGIN OF HIGRESS WAS LOADED: " + WHEEL);
            Assumptions.abort("not installed: " + WHEEL);
            return;
        }
        try (var files = Files.walk(directory)) {
            files.filter(file -> file.endsWith("plugin.wasm"))
                    .forEach(file -> modules.put(name(file), file));
        }
    }

    // NAME/VERSION/plugin.wasm
    private static String name(Path file) {
        return file.getName(file.getNameCount() - 3).toString();
    }

    private WorkerFilter start(PluginHarness harness, String name, String configuration)
            throws IOException {
        WasmSpec spec =
                PluginHarness.spec(
                        Files.readAllBytes(requireNonNull(modules.get(name), name)),
                        "",
                        configuration,
                        FailurePolicy.FAIL_CLOSED);
        return harness.start(spec);
    }

    private static PluginHarness harness() throws IOException {
        return new PluginHarness(Runnable::run, PublishedWheel.cache(), PATIENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "ai-data-masking | {}",
                "ai-statistics | {}",
                "gpustack-ai-proxy | {}",
                "gpustack-ext-auth | {}",
                "gpustack-generic-proxy-router | {}",
                "gpustack-ip-acl | {}",
                "gpustack-lb | {}",
                "gpustack-lb-decision-service | {}",
                "gpustack-lb-least-load | {}",
                "gpustack-lb-session-affinity | {'sessionKeys': [{'header': 'x-s'}]}",
                "gpustack-rate-limit | {}",
                "gpustack-set-header-pre-route | {'routeNameHeader': 'x-route'}",
                "gpustack-token-usage | {}",
                "transformer | {'reqRules': [{'operate': 'remove', 'headers': [{'key': 'x'}]}]}",
            })
    void loadsAndServes(String name, String configuration) throws IOException {
        // Given
        var harness = harness();
        WorkerFilter filter = start(harness, name, configuration.replace('\'', '"'));

        // When
        var stream = harness.stream(filter);
        stream.request(FilterStream.get("/x"), true);
        stream.response(HeaderMap.of(":status", "200"), true);
        stream.end();

        // Then
        assertThat(harness.logged).noneMatch(line -> line.startsWith("5 ")); // no trap
        assertThat(harness.worker.metrics.values.get("wasm.test-plugin.traps")).hasValue(0);
        filter.close();
    }

    @Test
    void thereAreFourteen() {
        assertThat(modules).hasSize(14);
    }

    @Test
    void theTransformerDoesItsWork() throws IOException {
        // Given
        var harness = harness();
        var filter =
                start(
                        harness,
                        "transformer",
                        """
                        {"reqRules":[
                          {"operate":"add","headers":[{"key":"X-added","value":"v1"}]},
                          {"operate":"remove","headers":[{"key":"x-rm"}]},
                          {"operate":"rename","headers":[{"oldKey":"x-old","newKey":"x-new"}]}],
                         "respRules":[{"operate":"add","headers":[{"key":"x-resp","value":"rv"}]}]}
                        """);
        var stream = harness.stream(filter);
        var head = FilterStream.get("/x", "x-rm", "1", "x-old", "o");
        var answer = HeaderMap.of(":status", "200");

        // When
        stream.request(head, true);
        stream.response(answer, true);
        stream.end();

        // Then
        assertThat(head.get(HeaderName.of("x-added"))).isEqualTo("v1");
        assertThat(head.get(HeaderName.of("x-rm"))).isNull();
        assertThat(head.get(HeaderName.of("x-new"))).isEqualTo("o");
        assertThat(answer.get(HeaderName.of("x-resp"))).isEqualTo("rv");
    }

    @Test
    void theNameOfTheRouteIsSetAsAHeader() throws IOException {
        var harness = harness();
        var filter =
                start(
                        harness,
                        "gpustack-set-header-pre-route",
                        "{\"routeNameHeader\":\"x-route\"}");
        var head = FilterStream.get("/v1/chat/completions", "content-type", "application/json");
        harness.stream(filter).request(head, false);
        assertThat(head.get(HeaderName.of("x-route"))).isEqualTo("route-1");
    }
}
