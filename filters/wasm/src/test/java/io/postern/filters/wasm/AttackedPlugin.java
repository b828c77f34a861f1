package io.postern.filters.wasm;

import io.postern.config.model.WasmSpec;
import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.ArrayBody;
import io.postern.sdk.testkit.FakeConnection;
import io.postern.sdk.testkit.FakeStreamInfo;
import io.postern.sdk.testkit.FilterStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Leads {@code attacks.wat} to its attack, and tells what became of who was attacked. */
final class AttackedPlugin {
    private static final long TICK_NANOS = Duration.ofMillis(1).toNanos();

    private final PluginHarness harness;

    AttackedPlugin(PluginHarness harness) {
        this.harness = harness;
    }

    /**
     * Empty when it was refused.
     *
     * @param attack where, and what: the machine's configuration, which every callback can read
     */
    Optional<WorkerFilter> start(String attack, FailurePolicy policy) {
        WasmSpec spec = PluginHarness.spec("wat/attacks.wasm", "", "", policy);
        byte[] configuration = attack.getBytes(StandardCharsets.US_ASCII);
        var vm = new WasmSpec.Vm("", spec.vm().code(), configuration, spec.vm().environment());
        var attacking =
                new WasmSpec(
                        spec.name(),
                        spec.rootId(),
                        vm,
                        spec.configuration(),
                        spec.failurePolicy(),
                        spec.reloadBackoffBase(),
                        spec.reloadBackoffMax(),
                        spec.allowOnHeadersStopIteration(),
                        spec.allowedCapabilities(),
                        spec.limits());
        try {
            return Optional.of(harness.start(attacking));
        } catch (FilterLoadException e) {
            return Optional.empty();
        }
    }

    /** What becomes of a whole request, connection or entry of an access log. */
    String live(WorkerFilter plugin, String what) {
        return switch (what) {
            case "request" -> request(plugin);
            case "connection" -> connection(plugin);
            case "log entry" -> logEntry(plugin);
            default -> throw new IllegalArgumentException(what);
        };
    }

    String end(WorkerFilter plugin) {
        plugin.close();
        return "ended";
    }

    private String request(WorkerFilter plugin) {
        var stream = harness.stream(plugin);
        FilterStatus status = stream.request(FilterStream.get("/"), false);
        answerCalls();
        harness.worker.advance(TICK_NANOS);
        boolean goesOn = status == FilterStatus.CONTINUE || stream.events.contains("resumeRequest");
        if (goesOn) {
            stream.requestBody("body", false);
            stream.requestTrailers(HeaderMap.of("a", "b"));
            stream.response(HeaderMap.of(":status", "200"), false);
            stream.responseBody("body", false);
            stream.responseTrailers(HeaderMap.of("a", "b"));
        }
        stream.end();
        String unanswered = goesOn ? "passes" : "waits";
        return stream.reply == null ? unanswered : Integer.toString(stream.reply.status());
    }

    private void answerCalls() {
        for (var call : List.copyOf(harness.worker.calls)) {
            call.answer(HeaderMap.of(":status", "200"), ArrayBody.of("ok"), new HeaderMap());
        }
        harness.worker.calls.clear();
        for (var call : harness.worker.streams) {
            call.listener.onHeaders(HeaderMap.of(":status", "200"), false);
            call.listener.onData(ArrayBody.of("\0\0\0\0\1x"), false);
            call.listener.onTrailers(HeaderMap.of("grpc-status", "0"));
        }
        harness.worker.streams.clear();
        for (var redis : harness.worker.connections) {
            redis.listener.onConnected();
            redis.listener.onData(ArrayBody.of("+PONG\r\n"));
        }
    }

    private String connection(WorkerFilter plugin) {
        var connection = new FakeConnection(harness.worker, plugin);
        connection.filter.onNewConnection();
        connection.downstream("down", false);
        connection.upstream("up", true);
        connection.end();
        return connection.events.contains("close") ? "closed" : "passes";
    }

    private String logEntry(WorkerFilter plugin) {
        plugin.log(new EndedStream(new FakeStreamInfo(), FilterStream.get("/"), null));
        return "written";
    }
}
