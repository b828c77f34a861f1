package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.Buffers;
import io.postern.filters.wasm.abi.GrpcCallouts;
import io.postern.filters.wasm.abi.Status;
import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.sdk.Body;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import io.postern.sdk.Worker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC calls and streams of one root context, and what of them the guest is being shown. Those
 * opened while the plugin starts, off the loop, are sent when it runs. Confined to the instance's
 * thread.
 */
final class GrpcTraffic implements GrpcCallouts {
    /** Calls and streams open at a time. */
    private static final int MAX_OPEN = 1024;

    private static final HeaderName TE = HeaderName.of("te");
    private static final HeaderName GRPC_TIMEOUT = HeaderName.of("grpc-timeout");
    private static final HeaderName CONTENT_TYPE = HeaderName.of("content-type");
    private static final byte[] NO_CLUSTER =
            "Cluster not available".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_TIMEOUT_DIGITS = 99_999_999; // the protocol's

    private final WasmVm vm;
    private final RootContext root;
    private final Map<Integer, GrpcExchange> open = new HashMap<>();
    private final List<Runnable> early = new ArrayList<>();
    private @Nullable HeaderMap initialMetadata;
    private @Nullable HeaderMap trailingMetadata;
    private @Nullable Body message;

    GrpcTraffic(WasmVm vm, RootContext root) {
        this.vm = vm;
        this.root = root;
    }

    @Nullable HeaderMap initialMetadata() {
        return initialMetadata;
    }

    @Nullable HeaderMap trailingMetadata() {
        return trailingMetadata;
    }

    @Nullable Body message() {
        return message;
    }

    void activate() {
        List.copyOf(early).forEach(Runnable::run);
        early.clear();
    }

    void close() {
        open.values().forEach(GrpcExchange::reset);
        open.clear();
        early.clear();
    }

    // What the guest asks for

    @Override
    public int call(Request request, byte[] body, int timeoutMillis) {
        int token = start(request, CalloutIds.GRPC_CALL, timeoutMillis);
        GrpcExchange started = open.get(token);
        if (started != null) {
            started.send(body, true);
        }
        return token;
    }

    @Override
    public int stream(Request request) {
        return start(request, CalloutIds.GRPC_STREAM, 0);
    }

    private int start(Request request, int kind, int timeoutMillis) {
        Worker worker = vm.worker();
        if (request.cluster().isEmpty() || timeoutMillis < 0) {
            return -Status.BAD_ARGUMENT;
        }
        if (worker != null && !worker.hasCluster(request.cluster())) {
            return -Status.PARSE_FAILURE; // Envoy's answer for a name it does not know
        }
        if (open.size() >= MAX_OPEN) {
            return -Status.INTERNAL_FAILURE;
        }
        var exchange = new GrpcExchange(this, vm.callouts().next(kind));
        open.put(exchange.token(), exchange);
        HeaderMap head = head(request, timeoutMillis);
        if (worker == null) {
            early.add(() -> connect(exchange, request.cluster(), head, timeoutMillis));
        } else {
            connect(exchange, request.cluster(), head, timeoutMillis);
        }
        return exchange.token();
    }

    private void connect(GrpcExchange exchange, String cluster, HeaderMap head, int timeout) {
        Worker worker = vm.worker();
        var stream =
                worker == null
                        ? null
                        : worker.openStream(cluster, head, timeout * 1_000_000L, exchange);
        if (stream == null) {
            exchange.onFailure(LocalReply.of(503, "cluster_not_found", NO_CLUSTER));
        } else {
            exchange.opened(stream);
        }
    }

    private static HeaderMap head(Request request, int timeoutMillis) {
        var head = new HeaderMap();
        String authority = request.authority().isEmpty() ? request.cluster() : request.authority();
        head.add(HeaderName.METHOD, "POST");
        head.add(HeaderName.SCHEME, "http");
        head.add(HeaderName.PATH, "/" + request.service() + "/" + request.method());
        head.add(HeaderName.AUTHORITY, authority);
        head.add(TE, "trailers");
        if (timeoutMillis > 0) {
            head.add(GRPC_TIMEOUT, Math.min(timeoutMillis, MAX_TIMEOUT_DIGITS) + "m");
        }
        head.add(CONTENT_TYPE, "application/grpc");
        HeaderMap metadata = request.initialMetadata();
        byte[] octets = metadata.octets();
        for (int i = 0; i < metadata.size(); i++) {
            if (octets[metadata.nameStart(i)] != ':') {
                head.add(
                        octets,
                        metadata.nameStart(i),
                        metadata.nameLength(i),
                        octets,
                        metadata.valueStart(i),
                        metadata.valueLength(i));
            }
        }
        return head;
    }

    @Override
    public int send(int token, byte[] bytes, boolean endOfStream) {
        if (CalloutIds.kind(token) != CalloutIds.GRPC_STREAM) {
            return Status.BAD_ARGUMENT;
        }
        GrpcExchange stream = open.get(token);
        if (stream == null) {
            return Status.NOT_FOUND;
        }
        stream.send(bytes, endOfStream);
        return Status.OK;
    }

    @Override
    public int close(int token) {
        if (CalloutIds.kind(token) != CalloutIds.GRPC_STREAM) {
            return cancel(token);
        }
        GrpcExchange stream = open.get(token);
        if (stream == null) {
            return Status.NOT_FOUND;
        }
        stream.send(null, true);
        if (stream.isRemotelyClosed()) {
            open.remove(token);
        }
        return Status.OK;
    }

    @Override
    public int cancel(int token) {
        int kind = CalloutIds.kind(token);
        if (kind != CalloutIds.GRPC_CALL && kind != CalloutIds.GRPC_STREAM) {
            return Status.BAD_ARGUMENT;
        }
        GrpcExchange exchange = open.remove(token);
        if (exchange == null) {
            return Status.NOT_FOUND;
        }
        exchange.reset();
        return Status.OK;
    }

    // What arrives

    void onInitialMetadata(int token, HeaderMap headers) {
        initialMetadata = headers;
        tell(vm.exports().onGrpcInitialMetadata, token, headers.size());
        initialMetadata = null;
    }

    void onMessage(int token, byte[] received) {
        message = Buffers.of(received);
        tell(vm.exports().onGrpcReceive, token, received.length);
        message = null;
    }

    void onTrailingMetadata(int token, HeaderMap trailers) {
        trailingMetadata = trailers;
        tell(vm.exports().onGrpcTrailingMetadata, token, trailers.size());
        trailingMetadata = null;
    }

    void onAnswer(int token, byte[] received) {
        onMessage(token, received);
        open.remove(token);
    }

    void onClose(int token, int status, String text) {
        GrpcExchange exchange = open.get(token);
        if (exchange == null) {
            return; // called off while it was told what came before
        }
        root.status(status, text);
        tell(vm.exports().onGrpcClose, token, status);
        root.status(status, "");
        if (CalloutIds.kind(token) == CalloutIds.GRPC_CALL || exchange.isLocallyClosed()) {
            open.remove(token);
        }
    }

    private void tell(@Nullable GuestFunction callback, int token, int value) {
        if (callback != null) {
            root.run(() -> callback.call(root.id(), token, value));
        }
    }
}
