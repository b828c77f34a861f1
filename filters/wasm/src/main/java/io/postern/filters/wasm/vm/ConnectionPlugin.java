package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.sdk.Body;
import io.postern.sdk.ConnectionCallbacks;
import io.postern.sdk.ConnectionFilter;
import io.postern.sdk.FilterStatus;
import org.jspecify.annotations.Nullable;

/**
 * A plugin at work on one connection. Confined to the connection's loop.
 *
 * <pre>
 * NEW --machine ready--> RUNNING --closed--> ENDED
 * NEW --machine being rebuilt--> WAITING --rebuilt--> RUNNING
 * any --machine failed, fail open--> PASSING    (bytes pass without the plugin)
 * any --machine failed, fail closed--> REFUSED  (the connection is closed)
 * </pre>
 */
final class ConnectionPlugin implements ConnectionFilter, AwaitsVm {
    // Source: CloseType of the Proxy-Wasm ABI.
    private static final int UNKNOWN = 0;
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;

    private enum State {
        NEW,
        WAITING,
        RUNNING,
        PASSING,
        REFUSED,
        ENDED
    }

    private final PluginOnWorker owner;
    private final ConnectionCallbacks callbacks;
    private State state = State.NEW;
    private @Nullable ConnectionContext context;
    private boolean downstreamEnded;
    private boolean ending;

    ConnectionPlugin(PluginOnWorker owner, ConnectionCallbacks callbacks) {
        this.owner = owner;
        this.callbacks = callbacks;
    }

    @Override
    public FilterStatus onNewConnection() {
        WasmVm ready = owner.vm();
        if (ready != null) {
            return begin(ready);
        }
        if (!owner.await(this)) {
            return refuse();
        }
        state = State.WAITING;
        return FilterStatus.PAUSE;
    }

    private FilterStatus begin(WasmVm ready) {
        var entered = new ConnectionContext(ready, owner.root(ready), callbacks, this);
        ready.add(entered);
        context = entered;
        state = State.RUNNING;
        GuestFunction onContextCreate = entered.exports().onContextCreate;
        if (onContextCreate != null) {
            entered.call(onContextCreate, entered.root().id());
        }
        GuestFunction onNewConnection = entered.exports().onNewConnection;
        return state != State.RUNNING || onNewConnection == null
                ? orFailed(0)
                : orFailed(entered.call(onNewConnection));
    }

    @Override
    public void onVmReady(WasmVm ready) {
        if (state != State.WAITING || begin(ready) != FilterStatus.CONTINUE) {
            return;
        }
        Body held = callbacks.downstreamData();
        if (held == null || onDownstreamData(held, downstreamEnded) == FilterStatus.CONTINUE) {
            callbacks.resumeDownstream();
        }
    }

    @Override
    public void onVmAway() {
        if (state == State.WAITING && refuse() == FilterStatus.CONTINUE) {
            callbacks.resumeDownstream();
        }
    }

    @Override
    public FilterStatus onDownstreamData(Body data, boolean endOfStream) {
        downstreamEnded = endOfStream;
        ConnectionContext running = running();
        GuestFunction callback = running == null ? null : running.exports().onDownstreamData;
        return running == null || callback == null
                ? orFailed(0)
                : orFailed(running.call(callback, data.length(), endOfStream));
    }

    @Override
    public FilterStatus onUpstreamData(Body data, boolean endOfStream) {
        ConnectionContext running = running();
        GuestFunction callback = running == null ? null : running.exports().onUpstreamData;
        FilterStatus status =
                running == null || callback == null
                        ? orFailed(0)
                        : orFailed(running.call(callback, data.length(), endOfStream));
        if (endOfStream) { // as in Envoy the end of its bytes is the end of the upstream
            closed(running() == null ? null : context, false, UNKNOWN);
        }
        return status;
    }

    @Override
    public void onDownstreamClose(boolean byPeer) {
        ending = true;
        closed(running(), true, byPeer ? REMOTE : LOCAL);
    }

    private static void closed(
            @Nullable ConnectionContext running, boolean downstream, int closeType) {
        if (running == null) {
            return;
        }
        Exports exports = running.exports();
        GuestFunction callback = downstream ? exports.onDownstreamClose : exports.onUpstreamClose;
        if (callback != null) {
            running.call(callback, closeType);
        }
    }

    /** As in Envoy a connection is logged by the plugin that it has passed. */
    @Override
    public void onDestroy() {
        ending = true;
        if (state == State.WAITING) {
            owner.forget(this);
        }
        ConnectionContext last = context;
        if (last != null) {
            end(last.exports().onDone);
            end(last.exports().onLog);
            end(last.exports().onDelete);
            last.vm().remove(last);
            context = null;
        }
        state = State.ENDED;
    }

    private void end(@Nullable GuestFunction callback) {
        ConnectionContext running = running();
        if (running != null && callback != null) {
            running.call(callback);
        }
    }

    private @Nullable ConnectionContext running() {
        return state == State.RUNNING ? context : null;
    }

    /** The instance is gone. Others than the culprit lose what they knew: they end, too. */
    void onVmFailed() {
        if (ending) { // there is nothing left to close or to go on with
            state = State.PASSING;
            return;
        }
        if (state == State.RUNNING && refuse() == FilterStatus.CONTINUE) {
            callbacks.resumeDownstream();
            callbacks.resumeUpstream();
        }
    }

    private FilterStatus refuse() {
        if (owner.plugin().failsOpen()) {
            state = State.PASSING;
            return FilterStatus.CONTINUE;
        }
        state = State.REFUSED;
        callbacks.close();
        return FilterStatus.PAUSE;
    }

    private FilterStatus orFailed(int action) {
        return switch (state) {
            case RUNNING -> action == 0 ? FilterStatus.CONTINUE : FilterStatus.PAUSE;
            case PASSING, ENDED -> FilterStatus.CONTINUE;
            case NEW, WAITING, REFUSED -> FilterStatus.PAUSE;
        };
    }
}
