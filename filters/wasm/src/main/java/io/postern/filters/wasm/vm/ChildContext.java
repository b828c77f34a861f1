package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.GrpcCallouts;
import io.postern.filters.wasm.abi.PluginIdentity;
import io.postern.filters.wasm.abi.RedisCallouts;
import io.postern.sdk.HeaderMap;

/**
 * A stream or a connection of a plugin: what belongs to the plugin as a whole, it leaves to the
 * root context. Confined to the loop of what it stands for.
 */
abstract sealed class ChildContext implements Context permits StreamContext, ConnectionContext {
    final WasmVm vm;
    final RootContext root;
    private final int id;
    private boolean unsettled;

    ChildContext(WasmVm vm, RootContext root) {
        this.vm = vm;
        this.root = root;
        this.id = vm.nextContextId();
    }

    final Exports exports() {
        return vm.exports();
    }

    @Override
    public final int id() {
        return id;
    }

    @Override
    public final RootContext root() {
        return root;
    }

    @Override
    public final WasmVm vm() {
        return vm;
    }

    /** What the guest asked for is done when it has returned. */
    final void settleLater() {
        if (!unsettled) {
            unsettled = true;
            vm.settleLater(this);
        }
    }

    @Override
    public final void settle() {
        unsettled = false;
        doWhatWasAsked();
    }

    abstract void doWhatWasAsked();

    @Override
    public final void setTickPeriod(int millis) {
        root.setTickPeriod(millis);
    }

    @Override
    public final int declareProperty(String name, boolean readOnly) {
        return root.declareProperty(name, readOnly);
    }

    @Override
    public final boolean isReadOnly(String name) {
        return root.isReadOnly(name);
    }

    @Override
    public final GrpcCallouts grpc() {
        return root.grpc();
    }

    @Override
    public final RedisCallouts redis() {
        return root.redis();
    }

    @Override
    public final int httpCall(
            String cluster, HeaderMap headers, byte[] body, HeaderMap trailers, int timeoutMillis) {
        return root.httpCall(cluster, headers, body, trailers, timeoutMillis);
    }

    @Override
    public final PluginIdentity plugin() {
        return root.plugin();
    }

    @Override
    public final int statusCode() {
        return root.statusCode();
    }

    @Override
    public final byte[] statusMessage() {
        return root.statusMessage();
    }
}
