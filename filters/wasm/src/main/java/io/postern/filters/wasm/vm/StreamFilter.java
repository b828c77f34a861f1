package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.sdk.Body;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import org.jspecify.annotations.Nullable;

/**
 * A plugin at work on one stream, as the filter chain sees it. Confined to the stream's loop.
 *
 * <pre>
 * NEW --head, machine ready--> RUNNING --destroyed--> ENDED
 * NEW --head, machine being rebuilt--> WAITING --rebuilt--> RUNNING
 * any --machine failed, fail open--> PASSING     (the stream goes on without the plugin)
 * any --machine failed, fail closed--> REFUSED   (the stream is answered 503)
 * </pre>
 */
final class StreamFilter implements Filter {
    private static final int STATUS_OF_FAILURE = 503;
    private static final String DETAILS_OF_FAILURE = "wasm_fail_stream"; // Envoy's

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
    private @Nullable StreamContext context;
    private boolean endOfRequest;

    StreamFilter(PluginOnWorker owner, FilterCallbacks callbacks) {
        this.owner = owner;
        this.callbacks = callbacks;
    }

    // Request side

    @Override
    public FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
        endOfRequest = endOfStream;
        WasmVm ready = owner.vm();
        if (ready != null) {
            return begin(ready, headers);
        }
        if (!owner.await(this)) {
            return refuse();
        }
        state = State.WAITING;
        return FilterStatus.PAUSE;
    }

    /** The machine has been rebuilt: goes on where {@link #onRequestHeaders} left off. */
    void onVmReady(WasmVm ready) {
        if (state == State.WAITING
                && begin(ready, callbacks.requestHeaders()) == FilterStatus.CONTINUE) {
            callbacks.resumeRequest();
        }
    }

    /** The machine cannot be rebuilt for now. */
    void onVmAway() {
        if (state == State.WAITING && refuse() == FilterStatus.CONTINUE) {
            callbacks.resumeRequest();
        }
    }

    private FilterStatus begin(WasmVm ready, HeaderMap headers) {
        RootContext root = owner.root(ready);
        var fresh = new StreamContext(ready, root, callbacks, this);
        ready.add(fresh);
        vm = ready;
        context = fresh;
        state = State.RUNNING;
        Exports exports = ready.exports();
        fresh.beginRequestCallback();
        if (exports.onContextCreate != null) {
            call(ready, fresh, exports.onContextCreate, root.id());
        }
        fresh.requestHeaders = headers;
        GuestFunction callback = state == State.RUNNING ? exports.onRequestHeaders : null;
        int action =
                callback == null ? 0 : call(ready, fresh, callback, headers.size(), endOfRequest);
        FilterStatus status = orFailed(fresh.endRequestCallback(action));
        if (status == FilterStatus.CONTINUE) {
            fresh.requestHeaders = null;
        }
        return status;
    }

    @Override
    public FilterStatus onRequestBody(Body body, boolean endOfStream) {
        if (state != State.RUNNING || vm == null || context == null) {
            return withoutGuest();
        }
        GuestFunction callback = vm.exports().onRequestBody;
        if (callback == null) {
            return FilterStatus.CONTINUE;
        }
        context.beginRequestCallback();
        int action = call(vm, context, callback, body.length(), endOfStream);
        return orFailed(context.endRequestCallback(action));
    }

    @Override
    public FilterStatus onRequestTrailers(HeaderMap trailers) {
        if (state != State.RUNNING || vm == null || context == null) {
            return withoutGuest();
        }
        GuestFunction callback = vm.exports().onRequestTrailers;
        if (callback == null) {
            return FilterStatus.CONTINUE;
        }
        context.beginRequestCallback();
        context.requestTrailers = trailers;
        int action = call(vm, context, callback, trailers.size());
        FilterStatus status = orFailed(context.endRequestCallback(action));
        if (status == FilterStatus.CONTINUE) {
            context.requestTrailers = null;
        }
        return status;
    }

    private FilterStatus withoutGuest() {
        return state == State.REFUSED ? FilterStatus.PAUSE : FilterStatus.CONTINUE;
    }

    // Response side. A reply sent for a failed machine comes through here and passes.

    @Override
    public FilterStatus onResponseHeaders(HeaderMap headers, boolean endOfStream) {
        if (state != State.RUNNING || vm == null || context == null) {
            return FilterStatus.CONTINUE;
        }
        GuestFunction callback = vm.exports().onResponseHeaders;
        if (callback == null) {
            return FilterStatus.CONTINUE;
        }
        context.beginResponseCallback();
        context.responseHeaders = headers;
        int action = call(vm, context, callback, headers.size(), endOfStream);
        FilterStatus status = orFailed(context.endResponseCallback(action));
        if (status == FilterStatus.CONTINUE) {
            context.responseHeaders = null;
        }
        return status;
    }

    @Override
    public FilterStatus onResponseBody(Body body, boolean endOfStream) {
        if (state != State.RUNNING || vm == null || context == null) {
            return FilterStatus.CONTINUE;
        }
        GuestFunction callback = vm.exports().onResponseBody;
        if (callback == null) {
            return FilterStatus.CONTINUE;
        }
        context.beginResponseCallback();
        int action = call(vm, context, callback, body.length(), endOfStream);
        return orFailed(context.endResponseCallback(action));
    }

    @Override
    public FilterStatus onResponseTrailers(HeaderMap trailers) {
        if (state != State.RUNNING || vm == null || context == null) {
            return FilterStatus.CONTINUE;
        }
        GuestFunction callback = vm.exports().onResponseTrailers;
        if (callback == null) {
            return FilterStatus.CONTINUE;
        }
        context.beginResponseCallback();
        context.responseTrailers = trailers;
        int action = call(vm, context, callback, trailers.size());
        FilterStatus status = orFailed(context.endResponseCallback(action));
        if (status == FilterStatus.CONTINUE) {
            context.responseTrailers = null;
        }
        return status;
    }

    // The end

    @Override
    public void onLog() {
        if (state == State.RUNNING && vm != null && context != null) {
            GuestFunction callback = vm.exports().onLog;
            if (callback != null) {
                context.logging = true;
                call(vm, context, callback);
                context.logging = false;
            }
        }
    }

    @Override
    public void onDestroy() {
        if (state == State.WAITING) {
            owner.forget(this);
        }
        if (vm != null && context != null) {
            Exports exports = vm.exports();
            if (state == State.RUNNING && exports.onDone != null) {
                call(vm, context, exports.onDone);
            }
            if (state == State.RUNNING && exports.onDelete != null) {
                call(vm, context, exports.onDelete);
            }
            vm.remove(context);
        }
        state = State.ENDED;
    }

    // Calls of the guest. After a trap the state is not RUNNING any more.

    private static int call(WasmVm vm, StreamContext context, GuestFunction function) {
        Context before = vm.enter(context);
        try {
            return function.call(context.id());
        } catch (GuestTrap e) {
            vm.failed(e);
            return 0;
        } finally {
            vm.leave(before);
        }
    }

    private static int call(WasmVm vm, StreamContext context, GuestFunction function, int size) {
        Context before = vm.enter(context);
        try {
            return function.call(context.id(), size);
        } catch (GuestTrap e) {
            vm.failed(e);
            return 0;
        } finally {
            vm.leave(before);
        }
    }

    // ABI 0.1.0 has no end_of_stream for headers: its functions do not look at the third argument.
    private static int call(
            WasmVm vm, StreamContext context, GuestFunction function, int size, boolean end) {
        Context before = vm.enter(context);
        try {
            return function.call(context.id(), size, end ? 1 : 0);
        } catch (GuestTrap e) {
            vm.failed(e);
            return 0;
        } finally {
            vm.leave(before);
        }
    }

    // When the machine fails

    /** The instance is gone; the flags say which side waits for a word of the guest. */
    void onVmFailed(boolean resumeRequest, boolean resumeResponse) {
        if (state != State.RUNNING || refuse() == FilterStatus.PAUSE) {
            return;
        }
        if (resumeRequest) {
            callbacks.resumeRequest();
        }
        if (resumeResponse) {
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

    private FilterStatus orFailed(FilterStatus status) {
        return switch (state) {
            case RUNNING -> status;
            case PASSING -> FilterStatus.CONTINUE;
            case NEW, WAITING, REFUSED, ENDED -> FilterStatus.PAUSE;
        };
    }
}
