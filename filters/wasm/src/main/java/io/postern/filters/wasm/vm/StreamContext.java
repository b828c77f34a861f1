package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.BufferType;
import io.postern.filters.wasm.abi.Buffers;
import io.postern.filters.wasm.abi.MapType;
import io.postern.filters.wasm.abi.PluginIdentity;
import io.postern.filters.wasm.abi.Status;
import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.sdk.Body;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * A plugin at work on one stream: the filter that the chain calls and the context that the guest
 * calls back to. Confined to the stream's loop.
 *
 * <pre>
 * NEW --head, machine ready--> RUNNING --done--> ENDED
 * NEW --head, machine being rebuilt--> WAITING --rebuilt--> RUNNING
 * RUNNING, WAITING --machine failed, fail open--> PASSING     (the stream goes on without the plugin)
 * RUNNING, WAITING --machine failed, fail closed--> REFUSED   (the stream is answered 503)
 * </pre>
 *
 * As in Envoy a header map is open to the guest from its callback until the guest lets it go.
 */
final class StreamContext implements Context, Filter {
    private static final int STATUS_OF_FAILURE = 503;
    private static final String DETAILS_OF_FAILURE = "wasm_fail_stream";
    private static final int REQUEST = 0;

    private enum State {
        NEW,
        WAITING,
        RUNNING,
        PASSING,
        REFUSED,
        ENDED
    }

    private final PluginOnWorker owner;
    private final FilterCallbacks callbacks;
    private State state = State.NEW;
    private @Nullable WasmVm vm;
    private @Nullable RootContext root;
    private int id;

    // Open header maps; null when closed.
    private @Nullable HeaderMap requestHeaders;
    private @Nullable HeaderMap requestTrailers;
    private @Nullable HeaderMap responseHeaders;
    private @Nullable HeaderMap responseTrailers;
    private boolean logging;

    // What the guest has asked for during the running call.
    private boolean unsettled;
    private boolean continueRequest;
    private boolean continueResponse;
    private boolean reset;
    private @Nullable LocalReply reply;

    private boolean inRequestCallback;
    private boolean inResponseCallback;
    private boolean requestPaused;
    private boolean responsePaused;
    private boolean endOfRequest;
    private boolean replied;

    StreamContext(PluginOnWorker owner, FilterCallbacks callbacks) {
        this.owner = owner;
        this.callbacks = callbacks;
    }

    // Request side

    @Override
    public FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
        endOfRequest = endOfStream;
        WasmVm ready = owner.vm();
        if (ready == null) {
            if (!owner.await(this)) {
                return refuse();
            }
            state = State.WAITING;
            requestPaused = true;
            return FilterStatus.PAUSE;
        }
        return begin(ready, headers, endOfStream);
    }

    /** The machine has been rebuilt: goes on where {@link #onRequestHeaders} left off. */
    void onVmReady(WasmVm ready) {
        if (state != State.WAITING) {
            return;
        }
        requestPaused = false;
        if (begin(ready, callbacks.requestHeaders(), endOfRequest) == FilterStatus.CONTINUE) {
            callbacks.resumeRequest();
        }
    }

    /** The machine cannot be rebuilt for now. */
    void onVmAway() {
        if (state == State.WAITING && refuse() == FilterStatus.CONTINUE) {
            callbacks.resumeRequest();
        }
    }

    private FilterStatus begin(WasmVm ready, HeaderMap headers, boolean endOfStream) {
        vm = ready;
        root = owner.root(ready);
        id = ready.nextContextId();
        ready.add(this);
        state = State.RUNNING;
        Exports exports = ready.exports();
        inRequestCallback = true;
        if (exports.onContextCreate != null) {
            call(ready, exports.onContextCreate, root.id());
        }
        requestHeaders = headers;
        int action =
                state == State.RUNNING && exports.onRequestHeaders != null
                        ? call(ready, exports.onRequestHeaders, headers.size(), endOfStream)
                        : 0;
        FilterStatus status = concludeRequest(action);
        if (status == FilterStatus.CONTINUE) {
            requestHeaders = null;
        }
        return status;
    }

    @Override
    public FilterStatus onRequestBody(Body body, boolean endOfStream) {
        WasmVm machine = running();
        GuestFunction callback = machine == null ? null : machine.exports().onRequestBody;
        if (machine == null || callback == null) {
            return requestWithoutGuest();
        }
        inRequestCallback = true;
        return concludeRequest(call(machine, callback, body.length(), endOfStream));
    }

    @Override
    public FilterStatus onRequestTrailers(HeaderMap trailers) {
        WasmVm machine = running();
        GuestFunction callback = machine == null ? null : machine.exports().onRequestTrailers;
        if (machine == null || callback == null) {
            return requestWithoutGuest();
        }
        inRequestCallback = true;
        requestTrailers = trailers;
        FilterStatus status = concludeRequest(call(machine, callback, trailers.size()));
        if (status == FilterStatus.CONTINUE) {
            requestTrailers = null;
        }
        return status;
    }

    // Response side

    @Override
    public FilterStatus onResponseHeaders(HeaderMap headers, boolean endOfStream) {
        WasmVm machine = running();
        GuestFunction callback = machine == null ? null : machine.exports().onResponseHeaders;
        if (machine == null || callback == null) {
            return FilterStatus.CONTINUE;
        }
        inResponseCallback = true;
        responseHeaders = headers;
        FilterStatus status =
                concludeResponse(call(machine, callback, headers.size(), endOfStream));
        if (status == FilterStatus.CONTINUE) {
            responseHeaders = null;
        }
        return status;
    }

    @Override
    public FilterStatus onResponseBody(Body body, boolean endOfStream) {
        WasmVm machine = running();
        GuestFunction callback = machine == null ? null : machine.exports().onResponseBody;
        if (machine == null || callback == null) {
            return FilterStatus.CONTINUE;
        }
        inResponseCallback = true;
        return concludeResponse(call(machine, callback, body.length(), endOfStream));
    }

    @Override
    public FilterStatus onResponseTrailers(HeaderMap trailers) {
        WasmVm machine = running();
        GuestFunction callback = machine == null ? null : machine.exports().onResponseTrailers;
        if (machine == null || callback == null) {
            return FilterStatus.CONTINUE;
        }
        inResponseCallback = true;
        responseTrailers = trailers;
        FilterStatus status = concludeResponse(call(machine, callback, trailers.size()));
        if (status == FilterStatus.CONTINUE) {
            responseTrailers = null;
        }
        return status;
    }

    // The end

    @Override
    public void onLog() {
        WasmVm machine = running();
        if (machine != null && machine.exports().onLog != null) {
            logging = true;
            call(machine, machine.exports().onLog);
            logging = false;
        }
    }

    @Override
    public void onDestroy() {
        owner.forget(this);
        WasmVm machine = running();
        if (machine != null) {
            Exports exports = machine.exports();
            if (exports.onDone != null) {
                call(machine, exports.onDone);
            }
            if (state == State.RUNNING && exports.onDelete != null) {
                call(machine, exports.onDelete);
            }
        }
        state = State.ENDED;
        if (vm != null) {
            vm.remove(this);
        }
    }

    // Calls of the guest. A trap is over when they return: the state says so.

    private @Nullable WasmVm running() {
        return state == State.RUNNING ? vm : null;
    }

    private int call(WasmVm machine, GuestFunction function) {
        Context before = machine.enter(this);
        try {
            return function.call(id);
        } catch (GuestTrap e) {
            machine.failed(e);
            return 0;
        } finally {
            machine.leave(before);
        }
    }

    private int call(WasmVm machine, GuestFunction function, int argument) {
        Context before = machine.enter(this);
        try {
            return function.call(id, argument);
        } catch (GuestTrap e) {
            machine.failed(e);
            return 0;
        } finally {
            machine.leave(before);
        }
    }

    // ABI 0.1.0 has no end_of_stream for headers: its functions do not look at the third argument.
    private int call(WasmVm machine, GuestFunction function, int size, boolean endOfStream) {
        Context before = machine.enter(this);
        try {
            return function.call(id, size, endOfStream ? 1 : 0);
        } catch (GuestTrap e) {
            machine.failed(e);
            return 0;
        } finally {
            machine.leave(before);
        }
    }

    private FilterStatus concludeRequest(int action) {
        inRequestCallback = false;
        FilterStatus status = conclude(action, continueRequest);
        continueRequest = false;
        requestPaused = status == FilterStatus.PAUSE;
        return status;
    }

    private FilterStatus concludeResponse(int action) {
        inResponseCallback = false;
        FilterStatus status = conclude(action, continueResponse);
        continueResponse = false;
        responsePaused = status == FilterStatus.PAUSE;
        return status;
    }

    private FilterStatus conclude(int action, boolean continued) {
        return switch (state) {
            case RUNNING ->
                    !replied && (action == 0 || continued)
                            ? FilterStatus.CONTINUE
                            : FilterStatus.PAUSE;
            case PASSING -> FilterStatus.CONTINUE;
            case NEW, WAITING, REFUSED, ENDED -> FilterStatus.PAUSE;
        };
    }

    private FilterStatus requestWithoutGuest() {
        return state == State.REFUSED ? FilterStatus.PAUSE : FilterStatus.CONTINUE;
    }

    // When the machine fails

    /** The instance this stream lives in is gone. */
    void onVmFailed() {
        if (state != State.RUNNING) {
            return;
        }
        boolean pausedRequest = requestPaused;
        boolean pausedResponse = responsePaused;
        FilterStatus status = refuse();
        if (status == FilterStatus.CONTINUE && !inRequestCallback && pausedRequest) {
            callbacks.resumeRequest();
        }
        if (status == FilterStatus.CONTINUE && !inResponseCallback && pausedResponse) {
            callbacks.resumeResponse();
        }
    }

    private FilterStatus refuse() {
        if (owner.plugin().failsOpen()) {
            state = State.PASSING;
            return FilterStatus.CONTINUE;
        }
        state = State.REFUSED;
        callbacks.sendLocalReply(LocalReply.of(STATUS_OF_FAILURE, DETAILS_OF_FAILURE));
        return FilterStatus.PAUSE;
    }

    // What the guest asks for

    @Override
    public void settle() {
        unsettled = false;
        LocalReply wanted = reply;
        reply = null;
        if (wanted != null) {
            replied = false; // the reply runs this plugin's own response callbacks
            callbacks.sendLocalReply(wanted);
            replied = true;
        } else if (reset) {
            callbacks.resetStream();
        } else {
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
    }

    private void settleLater() {
        if (!unsettled && vm != null) {
            unsettled = true;
            vm.settleLater(this);
        }
    }

    @Override
    public int continueStream(int type) {
        if (type == REQUEST) {
            continueRequest = true;
        } else {
            continueResponse = true;
        }
        requestHeaders = null;
        requestTrailers = null;
        settleLater();
        return Status.OK;
    }

    @Override
    public int closeStream(int type) {
        if (type == REQUEST || type == REQUEST + 1) {
            reset = true;
            settleLater();
        }
        return Status.OK;
    }

    @Override
    public void sendLocalReply(LocalReply wanted) {
        replied = true;
        reply = wanted;
        settleLater();
    }

    @Override
    public void clearRouteCache() {
        callbacks.clearRouteCache();
    }

    @Override
    public void setTickPeriod(int millis) {
        root().setTickPeriod(millis);
    }

    @Override
    public int httpCall(
            String cluster, HeaderMap headers, byte[] body, HeaderMap trailers, int timeoutMillis) {
        return root().httpCall(cluster, headers, body, trailers, timeoutMillis);
    }

    // What the guest may see

    @Override
    public int id() {
        return id;
    }

    @Override
    public RootContext root() {
        if (root == null) {
            throw new IllegalStateException("bug: stream context used before it began");
        }
        return root;
    }

    @Override
    public PluginIdentity plugin() {
        return owner.plugin().identity();
    }

    @Override
    public @Nullable HeaderMap readableMap(int type) {
        if (logging) {
            return switch (type) {
                case MapType.REQUEST_HEADERS -> callbacks.requestHeaders();
                case MapType.RESPONSE_HEADERS -> callbacks.responseHeaders();
                case MapType.RESPONSE_TRAILERS -> callbacks.responseTrailers();
                default -> writableMap(type);
            };
        }
        return type >= MapType.CALL_RESPONSE_HEADERS ? root().readableMap(type) : writableMap(type);
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
    public @Nullable Body buffer(int type) {
        return switch (type) {
            case BufferType.REQUEST_BODY -> orEmpty(callbacks.requestBody());
            case BufferType.RESPONSE_BODY -> orEmpty(callbacks.responseBody());
            default -> root().buffer(type);
        };
    }

    private static Body orEmpty(@Nullable Body body) {
        return body == null ? Buffers.EMPTY : body;
    }

    @Override
    public StreamInfo streamInfo() {
        return callbacks.streamInfo();
    }

    @Override
    public int statusCode() {
        return root().statusCode();
    }

    @Override
    public byte[] statusMessage() {
        return root().statusMessage();
    }
}
