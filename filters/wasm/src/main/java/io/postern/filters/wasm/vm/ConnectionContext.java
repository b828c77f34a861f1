package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.BufferType;
import io.postern.filters.wasm.abi.Buffers;
import io.postern.filters.wasm.abi.Status;
import io.postern.filters.wasm.abi.StreamType;
import io.postern.sdk.Body;
import io.postern.sdk.ConnectionCallbacks;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * A connection as the guest sees it: the bytes that it holds or is being shown, and what it asks
 * for while it runs, which is done when it has returned. Confined to the connection's loop.
 */
final class ConnectionContext extends ChildContext {
    private final ConnectionCallbacks callbacks;
    private final ConnectionPlugin plugin;
    private boolean continueDownstream;
    private boolean close;

    ConnectionContext(
            WasmVm vm, RootContext root, ConnectionCallbacks callbacks, ConnectionPlugin plugin) {
        super(vm, root);
        this.callbacks = callbacks;
        this.plugin = plugin;
    }

    @Override
    public void onVmFailed(boolean culprit) {
        plugin.onVmFailed();
    }

    // What the guest asks for

    @Override
    void doWhatWasAsked() {
        if (close) {
            callbacks.close();
        } else if (continueDownstream) {
            continueDownstream = false;
            callbacks.resumeDownstream();
        }
    }

    @Override
    public int continueStream(int type) {
        return switch (type) {
            case StreamType.DOWNSTREAM -> {
                continueDownstream = true;
                settleLater();
                yield Status.OK;
            }
            case StreamType.UPSTREAM -> Status.UNIMPLEMENTED; // in Envoy, too
            default -> Status.OK;
        };
    }

    /** Either direction: as in Envoy it is the client's connection that is closed. */
    @Override
    public int closeStream(int type) {
        if (type == StreamType.DOWNSTREAM || type == StreamType.UPSTREAM) {
            close = true;
            settleLater();
        }
        return Status.OK;
    }

    @Override
    public void sendLocalReply(LocalReply reply) {
        // there is no HTTP to answer in
    }

    @Override
    public @Nullable TraceContext trace() {
        return null;
    }

    @Override
    public void clearRouteCache() {
        // there is no route
    }

    // What the guest may see

    @Override
    public @Nullable HeaderMap readableMap(int type) {
        return root.readableMap(type);
    }

    @Override
    public @Nullable HeaderMap writableMap(int type) {
        return null;
    }

    @Override
    public boolean isLogging() {
        return false;
    }

    @Override
    public int responseStatus() {
        return 0;
    }

    @Override
    public @Nullable Body buffer(int type) {
        return switch (type) {
            case BufferType.DOWNSTREAM_DATA -> Buffers.orEmpty(callbacks.downstreamData());
            case BufferType.UPSTREAM_DATA -> Buffers.orEmpty(callbacks.upstreamData());
            default -> root.buffer(type);
        };
    }

    @Override
    public StreamInfo streamInfo() {
        return callbacks.streamInfo();
    }
}
