package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.GuestFunction;
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
 * RUNNING --machine failed under another stream--> LOST --next callback--> RUNNING (fresh context)
 * any --machine failed, fail open--> PASSING     (the stream goes on without the plugin)
 * any --machine failed, fail closed--> REFUSED   (the stream is answered 503)
 * </pre>
 *
 * A failure ends the stream that caused it and those that wait for a word of the dead instance;
 * others go on in the fresh one.
 */
final class StreamFilter implements Filter, AwaitsVm {
    private static final int STATUS_OF_FAILURE = 503;
    private static final String DETAILS_OF_FAILURE = "wasm_fail_stream"; // Envoy's

    private static final byte[] NO_BYTES = {};

    private enum State {
        NEW,
        WAITING,
        RUNNING,
        LOST,
        PASSING,
        REFUSED,
        ENDED
    }

    private final PluginOnWorker owner;
    private final FilterCallbacks callbacks;
    private State state = State.NEW;
    private @Nullable StreamContext context;
    private boolean endOfRequest;
    private boolean requestBuffers;
    private boolean responseBuffers;
    private boolean ending;

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
            return requestHeaders(enter(ready), headers);
        }
        if (!owner.await(this)) {
            return missed();
        }
        state = State.WAITING;
        return FilterStatus.PAUSE;
    }

    /** Goes on where {@link #onRequestHeaders} left off. */
    @Override
    public void onVmReady(WasmVm ready) {
        if (state == State.WAITING) {
            StreamContext entered = enter(ready);
            FilterStatus status = requestHeaders(entered, callbacks.requestHeaders());
            if (status == FilterStatus.CONTINUE) {
                callbacks.resumeRequest();
            }
        }
    }

    @Override
    public void onVmAway() {
        if (state == State.WAITING && missed() == FilterStatus.CONTINUE) {
            callbacks.resumeRequest();
        }
    }

    private FilterStatus requestHeaders(StreamContext entered, HeaderMap headers) {
        entered.beginRequestCallback();
        entered.create();
        entered.requestHeaders = headers;
        GuestFunction callback = entered.exports().onRequestHeaders;
        long start = entered.beginPhase();
        int action =
                callback == null || state != State.RUNNING
                        ? 0
                        : entered.call(callback, headers.size(), endOfRequest);
        entered.endPhase("proxy_on_request_headers", start);
        FilterStatus returned = Action.ofHeaders(action, owner.plugin().stopsHeadersAlone());
        FilterStatus status = orFailed(entered.endRequestCallback(returned));
        if (status == FilterStatus.CONTINUE) {
            entered.requestHeaders = null;
        }
        return status;
    }

    @Override
    public FilterStatus onRequestBody(Body body, boolean endOfStream) {
        StreamContext alive = alive();
        if (alive == null) {
            return withoutGuest();
        }
        GuestFunction callback = alive.exports().onRequestBody;
        if (callback == null) {
            return FilterStatus.CONTINUE;
        }
        alive.beginRequestCallback();
        long start = alive.beginPhase();
        int action = alive.call(callback, body.length(), endOfStream);
        alive.endPhase("proxy_on_request_body", start);
        requestBuffers = keep(action, requestBuffers, body);
        return orFailed(alive.endRequestCallback(Action.ofData(action)));
    }

    @Override
    public FilterStatus onRequestTrailers(HeaderMap trailers) {
        StreamContext alive = alive();
        if (alive == null) {
            return withoutGuest();
        }
        GuestFunction callback = alive.exports().onRequestTrailers;
        if (callback == null) {
            return FilterStatus.CONTINUE;
        }
        alive.beginRequestCallback();
        alive.requestTrailers = trailers;
        long start = alive.beginPhase();
        int action = alive.call(callback, trailers.size());
        alive.endPhase("proxy_on_request_trailers", start);
        FilterStatus status = orFailed(alive.endRequestCallback(Action.ofData(action)));
        if (status == FilterStatus.CONTINUE) {
            alive.requestTrailers = null;
        }
        return status;
    }

    // Response side. A reply sent for a failed machine comes through here and passes.

    @Override
    public FilterStatus onResponseHeaders(HeaderMap headers, boolean endOfStream) {
        StreamContext alive = alive();
        GuestFunction callback = alive == null ? null : alive.exports().onResponseHeaders;
        if (alive == null || callback == null) {
            return FilterStatus.CONTINUE;
        }
        alive.beginResponseCallback();
        alive.responseHeaders = headers;
        long start = alive.beginPhase();
        int action = alive.call(callback, headers.size(), endOfStream);
        alive.endPhase("proxy_on_response_headers", start);
        FilterStatus returned = Action.ofHeaders(action, owner.plugin().stopsHeadersAlone());
        FilterStatus status = orFailed(alive.endResponseCallback(returned));
        if (status == FilterStatus.CONTINUE) {
            alive.responseHeaders = null;
        }
        return status;
    }

    @Override
    public FilterStatus onResponseBody(Body body, boolean endOfStream) {
        StreamContext alive = alive();
        GuestFunction callback = alive == null ? null : alive.exports().onResponseBody;
        if (alive == null || callback == null) {
            return FilterStatus.CONTINUE;
        }
        alive.beginResponseCallback();
        long start = alive.beginPhase();
        int action = alive.call(callback, body.length(), endOfStream);
        alive.endPhase("proxy_on_response_body", start);
        responseBuffers = keep(action, responseBuffers, body);
        return orFailed(alive.endResponseCallback(Action.ofData(action)));
    }

    @Override
    public FilterStatus onResponseTrailers(HeaderMap trailers) {
        StreamContext alive = alive();
        GuestFunction callback = alive == null ? null : alive.exports().onResponseTrailers;
        if (alive == null || callback == null) {
            return FilterStatus.CONTINUE;
        }
        alive.beginResponseCallback();
        alive.responseTrailers = trailers;
        long start = alive.beginPhase();
        int action = alive.call(callback, trailers.size());
        alive.endPhase("proxy_on_response_trailers", start);
        FilterStatus status = orFailed(alive.endResponseCallback(Action.ofData(action)));
        if (status == FilterStatus.CONTINUE) {
            alive.responseTrailers = null;
        }
        return status;
    }

    /**
     * Whether the body is collected from here on. A guest that pauses without buffering has taken
     * the chunk for itself; what was collected before stays.
     */
    private boolean keep(int action, boolean collected, Body body) {
        if (Action.drops(action) && !collected && state == State.RUNNING) {
            body.replace(0, body.length(), NO_BYTES, 0, 0);
        }
        return action != Action.CONTINUE && (collected || !Action.drops(action));
    }

    // The end

    /** As in Envoy also what an earlier filter has answered is logged: in a context for that. */
    @Override
    public void onLog() {
        ending = true;
        if (state == State.NEW) {
            rejoin();
        }
        StreamContext running = state == State.RUNNING ? context : null;
        GuestFunction callback = running == null ? null : running.exports().onLog;
        if (running != null && callback != null) {
            running.logging = true;
            running.call(callback);
            running.logging = false;
        }
    }

    @Override
    public void onDestroy() {
        ending = true;
        if (state == State.WAITING) {
            owner.forget(this);
        }
        StreamContext last = context;
        if (last != null) {
            GuestFunction onDone = last.exports().onDone;
            if (state == State.RUNNING && onDone != null) {
                last.call(onDone);
            }
            GuestFunction onDelete = last.exports().onDelete;
            if (state == State.RUNNING && onDelete != null) {
                last.call(onDelete);
            }
            last.vm().remove(last);
            context = null;
        }
        state = State.ENDED;
    }

    // The context in the guest

    private StreamContext enter(WasmVm ready) {
        var fresh = new StreamContext(ready, owner.root(ready), callbacks, this);
        ready.add(fresh);
        context = fresh;
        state = State.RUNNING;
        return fresh;
    }

    /** The context to call the guest in; null when the guest has no part in this stream. */
    private @Nullable StreamContext alive() {
        if (state == State.LOST) {
            rejoin();
        }
        return state == State.RUNNING ? context : null;
    }

    private void rejoin() {
        WasmVm ready = owner.vm();
        if (ready != null) {
            enter(ready).create();
        } else if (!ending) {
            missed();
        }
    }

    private FilterStatus withoutGuest() {
        return state == State.REFUSED ? FilterStatus.PAUSE : FilterStatus.CONTINUE;
    }

    // When the machine fails

    /**
     * The instance is gone.
     *
     * @param culprit whether it failed in a call for this stream
     * @param requestWaits whether the request waits for a word of the guest
     * @param responseWaits whether the response does
     */
    void onVmFailed(boolean culprit, boolean requestWaits, boolean responseWaits) {
        if (ending) {
            state = State.PASSING;
            return;
        }
        if (!culprit && !requestWaits && !responseWaits) {
            state = State.LOST;
            return;
        }
        if (refuse() == FilterStatus.CONTINUE && requestWaits) {
            callbacks.resumeRequest();
        }
        if (state == State.PASSING && responseWaits) {
            callbacks.resumeResponse();
        }
    }

    /** There is no machine for it. */
    private FilterStatus missed() {
        owner.plugin().usage().failed();
        return refuse();
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
            case NEW, WAITING, LOST, REFUSED, ENDED -> FilterStatus.PAUSE;
        };
    }
}
