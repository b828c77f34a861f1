package io.postern.filters.opa;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.DataSource;
import io.postern.config.model.OpaSpec;
import io.postern.filters.wasm.engine.WasmEngine;
import io.postern.sdk.FilterScope;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.testkit.FakeWorker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The policy of the demo says what the comments in it promise. */
class DemoPolicyTest {
    private static final Path BUNDLE =
            Path.of("../../config/examples/policies/demo-bundle.tar.gz")
                    .toAbsolutePath()
                    .normalize();

    private final FakeWorker worker = new FakeWorker();

    @Test
    void allowsReadersToReadAndSaysSo() {
        // Given
        var stream = stream("GET", "/opa", "x-role", "reader");

        // When
        boolean wentOn = decide(stream);

        // Then
        assertThat(wentOn).isTrue();
        assertThat(stream.requestHeaders().get(HeaderName.of("x-policy")))
                .isEqualTo("demo; role=reader");
        assertThat(stream.requestHeaders().contains(HeaderName.of("x-role"))).isFalse();
        assertThat(stream.responseHeaders().get(HeaderName.of("x-decided-by"))).isEqualTo("opa");
        assertThat(worker.metrics.counter("opa.demo.allowed").value()).isEqualTo(1);
        assertThat(worker.metrics.samples.get("opa.demo.eval_ns")).hasSize(1);
    }

    @Test
    void deniesWithTheReason() {
        // Given
        var stream = stream("POST", "/opa", "x-role", "reader");

        // When
        boolean wentOn = decide(stream);

        // Then
        assertThat(wentOn).isFalse();
        assertThat(stream.status()).isEqualTo(403);
        assertThat(stream.replyBody()).isEqualTo("denied: a reader may not POST\n");
        assertThat(worker.metrics.counter("opa.demo.denied").value()).isEqualTo(1);
    }

    private boolean decide(TestStream stream) {
        var spec =
                new OpaSpec(
                        "demo",
                        new DataSource.LocalFile(BUNDLE.toString()),
                        new byte[0],
                        "demo/decision",
                        0,
                        false,
                        403,
                        Duration.ofSeconds(1),
                        List.of());
        var factory =
                new OpaFilterFactory(
                        new WasmEngine(null), null, InstantSource.system(), Runnable::run);
        var scope = new FilterScope("opa", "", "node", "cluster", true);
        try (var loaded = factory.load(spec, scope)) {
            var filters = loaded.forWorker(worker);
            boolean wentOn = stream.send(filters);
            filters.close();
            return wentOn;
        }
    }

    private TestStream stream(String method, String path, String name, String value) {
        return new TestStream(
                worker,
                HeaderMap.of(
                        ":method",
                        method,
                        ":path",
                        path,
                        ":authority",
                        "localhost",
                        ":scheme",
                        "http",
                        name,
                        value));
    }
}
