package io.postern.app.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.model.Listener;
import io.postern.filters.wasm.WasmFilterFactory;
import io.postern.filters.wasm.WasmLimits;
import io.postern.filters.wasm.engine.WasmEngine;
import io.postern.filters.wasm.vm.Environment;
import io.postern.filters.wasm.vm.PluginLog;
import io.postern.sdk.SpanSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class GatewayWarmUpTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final Environment.Clock CLOCK =
            new Environment.Clock() {
                @Override
                public long epochNanos() {
                    return 0;
                }

                @Override
                public long monotonicNanos() {
                    return System.nanoTime();
                }
            };

    @Test
    void forwardsRequestsUntilClientsCome() throws InterruptedException {
        // Given clients that come after ten rounds
        var rounds = new AtomicInteger(10);

        // When
        var warmUp = GatewayWarmUp.begin(Plugins.NONE, () -> rounds.getAndDecrement() > 0, LONG);

        // Then every request of these rounds was answered, each of them with 200
        assertThat(warmUp.awaitEnded(LONG)).isTrue();
        assertThat(warmUp.answered()).isEqualTo(10L * OwnRequests.CONNECTIONS);
    }

    @Test
    void endsAfterItsTimeAndLeavesNoThread() throws InterruptedException {
        // Given
        Set<Thread> before = workers();

        // When
        var warmUp = GatewayWarmUp.begin(Plugins.NONE, () -> true, Duration.ofMillis(1));

        // Then
        assertThat(warmUp.awaitEnded(LONG)).isTrue();
        assertThat(warmUp.answered()).isZero();
        // Netty tells the end of a thread a moment before it
        Awaitility.await().untilAsserted(() -> assertThat(workers()).isSubsetOf(before));
    }

    @Test
    void warmsSmallPluginsInInstancesOfTheirOwn() throws InterruptedException {
        // Given two listeners with a plugin, one with a plugin that has gone since, one without
        Path folder = Path.of("src/test/resources/plugins").toAbsolutePath();
        List<Listener> listeners =
                List.of(
                        listener("a", folder.resolve("http_headers.wasm")),
                        listener("b", folder.resolve("c_raw_headers.wasm")),
                        listener("c", folder.resolve("gone.wasm")),
                        listener("d"));
        var logged = new AtomicInteger();
        try (var control = Executors.newVirtualThreadPerTaskExecutor()) {
            var factory = factory(logged, control);
            var plugins = Plugins.of(listeners, List.of(factory.quiet()));
            assertThat(plugins.chains()).hasSize(2);
            var rounds = new AtomicInteger(10);

            // When
            var warmUp = GatewayWarmUp.begin(plugins, () -> rounds.getAndDecrement() > 0, LONG);

            // Then each was warmed, the plain path once beside them, and nobody heard of it
            assertThat(warmUp.awaitEnded(LONG)).isTrue();
            assertThat(warmUp.answered()).isEqualTo((2 * 10L + 1) * OwnRequests.CONNECTIONS);
            assertThat(logged).hasValue(0);
        }
    }

    private static WasmFilterFactory factory(AtomicInteger logged, Executor control) {
        var log =
                new PluginLog() {
                    @Override
                    public int level(String plugin) {
                        return TRACE;
                    }

                    @Override
                    public void log(int level, String plugin, String message) {
                        if (!plugin.isEmpty()) {
                            logged.incrementAndGet();
                        }
                    }
                };
        return new WasmFilterFactory(
                new WasmEngine(null), null, WasmLimits.DEFAULT, log, CLOCK, SpanSink.NONE, control);
    }

    private static Listener listener(String name, Path... plugins) {
        var filters = new StringBuilder();
        for (Path plugin : plugins) {
            filters.append(
                    """
                              - name: plugin
                                typed_config:
                                  "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
                                  config:
                                    name: plugin
                                    vm_config: {runtime: envoy.wasm.runtime.v8, code: {local: {filename: %s}}}
                    """
                            .formatted(plugin));
        }
        String text =
                """
                static_resources:
                  listeners:
                  - name: %s
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    filter_chains:
                    - filters:
                      - name: hcm
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: test
                          route_config: {name: local}
                          http_filters:
                %s          - name: router
                            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                """
                        .formatted(name, filters.toString().indent(0));
        LoadResult result = new ConfigFile(Map.of()).loadYaml("test.yaml", text);
        assertThat(result.errors()).isEmpty();
        return ((LoadResult.Loaded) result).bootstrap().listeners().getFirst();
    }

    private static Set<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("worker"))
                .collect(Collectors.toSet());
    }
}
