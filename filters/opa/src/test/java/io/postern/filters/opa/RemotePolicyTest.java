package io.postern.filters.opa;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.OpaSpec;
import io.postern.config.model.RemoteDataSource;
import io.postern.filters.wasm.remote.CodeStore;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.ArrayBody;
import io.postern.sdk.testkit.FakeWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles that are fetched through a cluster. */
class RemotePolicyTest {
    @TempDir private Path cache = Path.of("");
    private final FakeWorker worker = new FakeWorker();
    private Policies policies = new Policies(null);
    private byte[] bundle = new byte[0];

    @BeforeEach
    void read() throws IOException {
        policies = new Policies(cache);
        worker.clusters.add("control");
        bundle = Files.readAllBytes(Path.of("src/test/policies/compiled/roles.tar.gz"));
    }

    @Test
    void theBundleIsFetchedBeforeThePolicyIsAskedAndKeptForTheNextStart() throws Exception {
        // When
        WorkerFilter filters = fetched(load(), bundle);
        // Then
        assertThat(status(filters, "root")).isEqualTo(200);
        assertThat(status(filters, "mallory")).isEqualTo(403);
        assertThat(worker.streams).hasSize(1);
        assertThat(worker.streams.getFirst().head.get(HeaderName.PATH)).isEqualTo("/bundle");
        // When it starts again
        WorkerFilter again = load().forWorker(worker);
        // Then
        assertThat(status(again, "root")).isEqualTo(200);
        assertThat(worker.streams).hasSize(1);
    }

    @Test
    void whileTheBundleIsMissingRequestsAreDenied() throws Exception {
        assertThat(status(fetched(load(), new byte[9]), "root")).isEqualTo(403);
    }

    private LoadedFilter load() {
        OpaSpec spec = Policies.spec("roles", "roles/allow");
        var remote =
                new RemoteDataSource(
                        "http://control.local/bundle",
                        "control",
                        Duration.ofSeconds(5),
                        CodeStore.digest(bundle),
                        0,
                        Duration.ofMillis(1),
                        Duration.ofMillis(2));
        return policies.load(Policies.withPolicy(spec, remote));
    }

    // The loop is this thread.
    private WorkerFilter fetched(LoadedFilter loaded, byte[] answer) throws Exception {
        var made = CompletableFuture.supplyAsync(() -> loaded.forWorker(worker));
        while (worker.streams.isEmpty()) {
            worker.runTasks();
            Thread.onSpinWait();
        }
        var listener = worker.streams.getFirst().listener;
        listener.onHeaders(HeaderMap.of(":status", "200"), false);
        listener.onData(new ArrayBody(answer), true);
        return made.get(30, TimeUnit.SECONDS);
    }

    private int status(WorkerFilter filters, String user) {
        var stream =
                new TestStream(
                        worker, HeaderMap.of(":method", "GET", ":path", "/", "x-user", user));
        stream.send(filters);
        return stream.status();
    }
}
