package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.BufferType;
import io.postern.filters.wasm.abi.Buffers;
import io.postern.filters.wasm.abi.MapType;
import io.postern.filters.wasm.abi.Status;
import io.postern.filters.wasm.abi.StreamType;
import io.postern.filters.wasm.abi.Tracing;
import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.sdk.Body;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.TraceContext;
import io.postern.sdk.UpstreamEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stream as the guest sees it: the header maps that are open to it, and what it asks for while it
 * runs, which is done when it has returned. As in Envoy a map is open from its callback until the
 * guest lets it go. Confined to the stream's loop.
 */
final class StreamContext extends ChildContext {
    /** During one call of the guest. */
    private static final int MAX_INJECTED_BYTES = 16 * 1024 * 1024;

    private final FilterCallbacks callbacks;
    private final StreamFilter filter;

    // Open header maps, set by the filter; null when closed.
    @Nullable HeaderMap requestHeaders;
    @Nullable HeaderMap requestTrailers;
    @Nullable HeaderMap responseHeaders;
    @Nullable HeaderMap responseTrailers;
    boolean logging;

    private boolean inRequestCallback;
    private boolean inResponseCallback;
    private boolean requestPaused;
    private boolean responsePaused;

    private boolean responseHeadSeen;
    private final List<Injected> injected = new ArrayList<>(0);
    private int injectedBytes;

    private boolean continueRequest;
    private boolean continueResponse;
    private boolean reset;
    private boolean requestReplied;
    private boolean responseReplied;
    private @Nullable LocalReply reply;
    private boolean traceRead;
    private @Nullable TraceContext trace;

    /** Response body of the plugin's own. */
    private record Injected(byte[] octets, boolean endOfStream) {}

    StreamContext(WasmVm vm, RootContext root, FilterCallbacks callbacks, StreamFilter filter) {
        super(vm, root);
        this.callbacks = callbacks;
        this.filter = filter;
    }

    // Around a callback

    void beginRequestCallback() {
        inRequestCallback = true;
    }

    /** What the guest's return value and requests come to. */
    FilterStatus endRequestCallback(FilterStatus returned) {
        inRequestCallback = false;
        FilterStatus status = status(returned, continueRequest, requestReplied);
        continueRequest = false;
        requestReplied = false;
        requestPaused = status != FilterStatus.CONTINUE;
        return status;
    }

    void beginResponseCallback() {
        inResponseCallback = true;
    }

    /** See {@link #endRequestCallback}. */
    FilterStatus endResponseCallback(FilterStatus returned) {
        inResponseCallback = false;
        responseHeadSeen = true;
        FilterStatus status = status(returned, continueResponse, responseReplied);
        continueResponse = false;
        responseReplied = false;
        responsePaused = status != FilterStatus.CONTINUE;
        return status;
    }

    // Whoever has sent a reply is not gone on with, whatever the guest returns.
    private static FilterStatus status(FilterStatus returned, boolean continued, boolean replied) {
        if (replied) {
            return FilterStatus.PAUSE;
        }
        return continued ? FilterStatus.CONTINUE : returned;
    }

    /** Introduces the stream to the guest. */
    void create() {
        GuestFunction onContextCreate = exports().onContextCreate;
        if (onContextCreate != null) {
            call(onContextCreate, root.id());
        }
    }

    /** The filter decides what becomes of the stream. */
    @Override
    public void onVmFailed(boolean culprit) {
        filter.onVmFailed(
                culprit,
                requestPaused && !inRequestCallback,
                responsePaused && !inResponseCallback);
    }

    // What the guest asks for

    @Override
    void doWhatWasAsked() {
        LocalReply wanted = reply;
        reply = null;
        if (wanted != null) {
            callbacks.sendLocalReply(wanted);
        } else if (reset) {
            callbacks.resetStream();
        } else {
            inject();
            resume();
        }
    }

    private void inject() {
        for (Injected body : injected) {
            callbacks.injectResponseBody(body.octets(), body.endOfStream());
        }
        injected.clear();
        injectedBytes = 0;
    }

    // What is asked for in the very callback that it concerns is part of its result.
    private void resume() {
        if (continueRequest && !inRequestCallback) {
            continueRequest = false;
            requestPaused = false;
            callbacks.resumeRequest();
        }
        if (continueResponse && !inResponseCallback) {
            continueResponse = false;
            responsePaused = false;
            callbacks.resumeResponse();
        }
    }

    @Override
    public int continueStream(int type) {
        switch (type) {
            case StreamType.REQUEST -> continueRequest = true;
            case StreamType.RESPONSE -> continueResponse = true;
            case StreamType.UPSTREAM -> {
                return Status.UNIMPLEMENTED; // in Envoy, too
            }
            default -> {
                return Status.OK; // a connection is what network filters have
            }
        }
        requestHeaders = null;
        requestTrailers = null;
        settleLater();
        return Status.OK;
    }

    @Override
    public int closeStream(int type) {
        if (type == StreamType.REQUEST || type == StreamType.RESPONSE) {
            reset = true;
            settleLater();
        }
        return Status.OK;
    }

    @Override
    public void sendLocalReply(LocalReply wanted) {
        // A response callback can run inside a request callback, of the reply sent there.
        if (inResponseCallback) {
            responseReplied = true;
        } else if (inRequestCallback) {
            requestReplied = true;
        }
        reply = wanted;
        settleLater();
    }

    @Override
    public List<UpstreamEndpoint> upstreamHosts() {
        return callbacks.upstreamHosts();
    }

    @Override
    public int overrideUpstreamHost(String address) {
        callbacks.overrideUpstreamHost(address, false);
        return Status.OK;
    }

    @Override
    public int injectResponseBody(byte[] octets, boolean endOfStream) {
        if (!responseHeadSeen || logging) {
            return Status.BAD_ARGUMENT;
        }
        if (octets.length > MAX_INJECTED_BYTES - injectedBytes) {
            return Status.INTERNAL_FAILURE;
        }
        injectedBytes += octets.length;
        injected.add(new Injected(octets, endOfStream));
        settleLater();
        return Status.OK;
    }

    @Override
    public @Nullable TraceContext trace() {
        if (!traceRead) { // before the plugin changes the head
            traceRead = true;
            trace = TraceContext.of(callbacks.requestHeaders());
        }
        return trace;
    }

    /** When a phase begins that is a span; 0 when it is none. */
    long beginPhase() {
        if (!vm.spans().isOn()) {
            return 0;
        }
        TraceContext parent = trace();
        return parent == null || !parent.sampled() ? 0 : vm.epochNanos();
    }

    /** {@code start} is what {@link #beginPhase} gave. */
    void endPhase(String name, long start) {
        TraceContext parent = trace;
        if (start != 0 && parent != null) {
            Map<String, String> attributes = Map.of("plugin", root.plugin().name());
            Tracing.record(vm, parent, name, start, vm.epochNanos(), attributes);
        }
    }

    @Override
    public void clearRouteCache() {
        callbacks.clearRouteCache();
    }

    // What the guest may see

    @Override
    public @Nullable HeaderMap readableMap(int type) {
        if (type >= MapType.GRPC_INITIAL_METADATA) {
            return root.readableMap(type);
        }
        if (logging) {
            return switch (type) {
                case MapType.REQUEST_HEADERS -> callbacks.requestHeaders();
                case MapType.RESPONSE_HEADERS -> callbacks.responseHeaders();
                case MapType.RESPONSE_TRAILERS -> callbacks.responseTrailers();
                default -> null;
            };
        }
        return writableMap(type);
    }

    @Override
    public @Nullable HeaderMap writableMap(int type) {
        return switch (type) {
            case MapType.REQUEST_HEADERS -> requestHeaders;
            case MapType.REQUEST_TRAILERS -> requestTrailers;
            case MapType.RESPONSE_HEADERS -> responseHeaders;
            case MapType.RESPONSE_TRAILERS -> responseTrailers;
            default -> null;
        };
    }

    @Override
    public int responseStatus() {
        HeaderMap head = callbacks.responseHeaders();
        String status = head == null ? null : head.get(HeaderName.STATUS);
        try {
            return status == null ? 0 : Integer.parseInt(status);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public boolean isLogging() {
        return logging;
    }

    @Override
    public @Nullable Body buffer(int type) {
        return switch (type) {
            case BufferType.REQUEST_BODY -> Buffers.orEmpty(callbacks.requestBody());
            case BufferType.RESPONSE_BODY -> Buffers.orEmpty(callbacks.responseBody());
            default -> root.buffer(type);
        };
    }

    @Override
    public StreamInfo streamInfo() {
        return callbacks.streamInfo();
    }
}
