package io.postern.filters.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.config.model.RemoteDataSource;
import io.postern.config.model.WasmSpec;
import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.filters.wasm.remote.CodeStore;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.ArrayBody;
import io.postern.sdk.testkit.FakeClientStream;
import io.postern.sdk.testkit.FilterStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules that are fetched through a cluster. */
class RemoteCodeTest {
    private static final byte[] MODULE = PluginHarness.bytes("plugins/http_config.wasm");
    private static final Executor LATER = task -> {}; // background tries are not awaited

    @TempDir private Path cache;
    private PluginHarness harness = new PluginHarness(LATER);

    @BeforeEach
    void start() {
        harness = new PluginHarness(LATER, cache);
        harness.worker.clusters.add("code");
    }

    @Test
    void theModuleIsFetchedBeforeThePluginRuns() throws Exception {
        // When
        WorkerFilter filter = fetched(load(FailurePolicy.FAIL_CLOSED, 1, false), MODULE);
        filter.start();
        var stream = harness.stream(filter);
        stream.request(FilterStream.get("/"), true);
        var head = HeaderMap.of(":status", "200");
        stream.response(head, true);

        // Then
        FakeClientStream request = harness.worker.streams.getFirst();
        assertThat(request.head.get(HeaderName.PATH)).isEqualTo("/m.wasm?v=1");
        assertThat(request.head.get(HeaderName.AUTHORITY)).isEqualTo("code.local");
        assertThat(request.timeoutNanos).isEqualTo(Duration.ofSeconds(5).toNanos());
        assertThat(head.get(HeaderName.of("custom-header"))).isEqualTo("remote");
    }

    @Test
    void aFetchedModuleIsKeptForTheNextStart() throws Exception {
        fetched(load(FailurePolicy.FAIL_CLOSED, 1, false), MODULE);
        load(FailurePolicy.FAIL_CLOSED, 1, false).forWorker(harness.worker).start();
        assertThat(harness.worker.streams).hasSize(1);
    }

    @Test
    void aModuleWithAnotherDigestIsNotUsed() throws Exception {
        WorkerFilter filter = fetched(load(FailurePolicy.FAIL_CLOSED, 0, false), new byte[9]);
        var stream = harness.stream(filter);
        assertThat(stream.request(FilterStream.get("/"), true)).isEqualTo(FilterStatus.PAUSE);
        assertThat(stream.events).startsWith("reply 503");
        assertThat(harness.logged).anySatisfy(line -> assertThat(line).contains("expected: "));
    }

    @Test
    void whereFailuresLetPassRequestsDoNotWaitForTheModule() throws Exception {
        WorkerFilter filter = fetched(load(FailurePolicy.FAIL_OPEN, 0, false), new byte[9]);
        var stream = harness.stream(filter);
        assertThat(stream.request(FilterStream.get("/"), true)).isEqualTo(FilterStatus.CONTINUE);
    }

    @Test
    void itIsFetchedAgainAsOftenAsIsConfigured() throws Exception {
        var made = starting(load(FailurePolicy.FAIL_CLOSED, 2, false));
        for (int attempt = 0; attempt < 3; attempt++) {
            request(attempt).listener.onHeaders(HeaderMap.of(":status", "404"), true);
        }
        made.get(10, TimeUnit.SECONDS);
        assertThat(harness.worker.streams).hasSize(3);
    }

    @Test
    void whatMustBeInTheCacheIsRefusedUntilItIs() {
        assertThatThrownBy(() -> load(FailurePolicy.FAIL_CLOSED, 0, true))
                .isInstanceOf(FilterLoadException.class)
                .hasMessageContaining("not in the cache yet");
    }

    private LoadedFilter load(FailurePolicy policy, int retries, boolean nackOnMiss) {
        WasmSpec spec = PluginHarness.spec(MODULE, "", "remote", policy);
        var remote =
                new WasmSpec.Code.Remote(
                        new RemoteDataSource(
                                "http://code.local/m.wasm?v=1",
                                "code",
                                Duration.ofSeconds(5),
                                CodeStore.digest(MODULE),
                                retries,
                                Duration.ofMillis(1),
                                Duration.ofMillis(2)),
                        nackOnMiss);
        var vm = new WasmSpec.Vm("", remote, spec.vm().configuration(), spec.vm().environment());
        return harness.factory.load(
                new WasmSpec(
                        spec.name(),
                        spec.rootId(),
                        vm,
                        spec.configuration(),
                        policy,
                        spec.reloadBackoffBase(),
                        spec.reloadBackoffMax(),
                        false,
                        spec.allowedCapabilities(),
                        io.postern.config.model.WasmLimits.DEFAULT),
                PluginHarness.SCOPE);
    }

    private WorkerFilter fetched(LoadedFilter loaded, byte[] answer) throws Exception {
        var made = starting(loaded);
        var listener = request(0).listener;
        listener.onHeaders(HeaderMap.of(":status", "200"), false);
        listener.onData(new ArrayBody(answer), true);
        return made.get(30, TimeUnit.SECONDS);
    }

    private CompletableFuture<WorkerFilter> starting(LoadedFilter loaded) {
        return CompletableFuture.supplyAsync(() -> loaded.forWorker(harness.worker));
    }

    // The loop is this thread.
    private FakeClientStream request(int index) {
        while (harness.worker.streams.size() <= index) {
            harness.worker.runTasks();
            Thread.onSpinWait();
        }
        return harness.worker.streams.get(index);
    }
}
