package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.Buffers;
import io.postern.filters.wasm.abi.Status;
import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.sdk.Body;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.Worker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP calls of one root context: those on their way, and the answer the guest is being shown.
 * Calls made while the plugin starts, off the loop, wait until it runs. Confined to the instance's
 * thread.
 */
final class OutgoingCalls {
    /** Calls on their way at a time; Envoy leaves that to the cluster's circuit breakers. */
    private static final int MAX_CALLS = 1024;

    private static final HeaderMap NOTHING = new HeaderMap();

    private final WasmVm vm;
    private final RootContext root;
    private final Map<Integer, Worker.Cancellable> onTheirWay = new HashMap<>();
    private final List<Runnable> early = new ArrayList<>();
    private @Nullable Answer answer;

    private record Answer(HeaderMap headers, Body body, HeaderMap trailers) {}

    OutgoingCalls(WasmVm vm, RootContext root) {
        this.vm = vm;
        this.root = root;
    }

    @Nullable HeaderMap headers() {
        return answer == null ? null : answer.headers();
    }

    @Nullable HeaderMap trailers() {
        return answer == null ? null : answer.trailers();
    }

    @Nullable Body body() {
        return answer == null ? null : answer.body();
    }

    /** The loop runs: sends what the plugin asked for while it started. */
    void activate() {
        early.forEach(Runnable::run);
        early.clear();
    }

    void close() {
        onTheirWay.values().forEach(Worker.Cancellable::cancel);
        onTheirWay.clear();
        early.clear();
    }

    /** The token of the call, or a negated {@link Status}. */
    int send(String cluster, HeaderMap headers, byte[] body, HeaderMap trailers, int timeout) {
        if (onTheirWay.size() + early.size() >= MAX_CALLS) {
            return -Status.INTERNAL_FAILURE;
        }
        if (body.length > 0) {
            headers.set(
                    HeaderName.CONTENT_LENGTH,
                    Integer.toString(body.length).getBytes(StandardCharsets.US_ASCII));
        } else {
            headers.remove(HeaderName.CONTENT_LENGTH); // as of a request whose head is sent on
        }
        int token = vm.callouts().next(CalloutIds.HTTP);
        Worker worker = vm.worker();
        if (worker == null) {
            early.add(() -> sendEarly(token, cluster, headers, body, trailers, timeout));
            return token;
        }
        return send(worker, token, cluster, headers, body, trailers, timeout)
                ? token
                : -Status.BAD_ARGUMENT;
    }

    private void sendEarly(
            int token, String cluster, HeaderMap headers, byte[] body, HeaderMap trailers, int ms) {
        Worker worker = vm.worker();
        if (worker == null || !send(worker, token, cluster, headers, body, trailers, ms)) {
            show(token, new Answer(NOTHING, Buffers.EMPTY, NOTHING)); // as a call that failed
        }
    }

    private boolean send(
            Worker worker,
            int token,
            String cluster,
            HeaderMap headers,
            byte[] body,
            HeaderMap trailers,
            int timeoutMillis) {
        if (!worker.hasCluster(cluster)) {
            return false;
        }
        onTheirWay.put(token, () -> {}); // the answer may come before call() returns
        Worker.Cancellable call =
                worker.call(
                        cluster,
                        headers,
                        body,
                        trailers,
                        timeoutMillis * 1_000_000L,
                        (head, content, tail) -> onAnswer(token, head, content, tail));
        if (call == null) {
            onTheirWay.remove(token);
            return false;
        }
        onTheirWay.replace(token, call);
        return true;
    }

    private void onAnswer(int token, HeaderMap headers, Body body, HeaderMap trailers) {
        if (onTheirWay.remove(token) == null) {
            return; // called off
        }
        if (!vm.isRunning()) {
            show(token, new Answer(headers, body, trailers));
            return;
        }
        // The guest is still in the call that sent this: keep a copy for when it has returned.
        var copy = new byte[body.length()];
        body.copyTo(0, copy, 0, copy.length);
        var head = new HeaderMap(headers.octetCount());
        head.copyFrom(headers);
        var tail = new HeaderMap(trailers.octetCount());
        tail.copyFrom(trailers);
        Worker worker = vm.worker();
        if (worker != null) {
            worker.execute(() -> show(token, new Answer(head, Buffers.of(copy), tail)));
        }
    }

    private void show(int token, Answer arrived) {
        GuestFunction callback = vm.exports().onHttpCallResponse;
        if (callback == null) {
            return;
        }
        answer = arrived;
        boolean broken = arrived.headers().size() == 0;
        if (broken) {
            root.status(Status.BROKEN_CONNECTION, "reset"); // Envoy's
        }
        try {
            root.run(() ->
                    callback.call(
                            root.id(),
                            token,
                            arrived.headers().size(),
                            arrived.body().length(),
                            arrived.trailers().size()));
        } finally {
            answer = null;
            if (broken) {
                root.status(Status.BROKEN_CONNECTION, "");
            }
        }
    }
}
