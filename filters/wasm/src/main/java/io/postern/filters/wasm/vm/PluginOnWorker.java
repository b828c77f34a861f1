package io.postern.filters.wasm.vm;

import io.postern.sdk.ConnectionCallbacks;
import io.postern.sdk.ConnectionFilter;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterUsage;
import io.postern.sdk.LoggedStream;
import io.postern.sdk.WorkerFilter;
import org.jspecify.annotations.Nullable;

/** A plugin on one worker. Confined to that worker's loop. */
final class PluginOnWorker implements WorkerFilter {
    private final Plugin plugin;
    private final VmSlot slot;
    private final Runnable onClose;
    private final Runnable onEmptySlot;
    private @Nullable WasmVm lastVm;
    private @Nullable RootContext lastRoot;

    PluginOnWorker(Plugin plugin, VmSlot slot, Runnable onClose, Runnable onEmptySlot) {
        this.plugin = plugin;
        this.slot = slot;
        this.onClose = onClose;
        this.onEmptySlot = onEmptySlot;
    }

    @Override
    public void start() {
        slot.start();
    }

    @Override
    public Filter newFilter(FilterCallbacks callbacks) {
        return new StreamFilter(this, callbacks);
    }

    @Override
    public ConnectionFilter newConnectionFilter(ConnectionCallbacks callbacks) {
        return new ConnectionPlugin(this, callbacks);
    }

    @Override
    public void log(LoggedStream stream) {
        WasmVm ready = vm();
        if (ready != null) {
            root(ready).log(stream);
        }
    }

    @Override
    public FilterUsage usage() {
        return plugin.usage();
    }

    @Override
    public void close() {
        lastVm = null;
        lastRoot = null;
        onClose.run();
        if (slot.leave(plugin)) {
            onEmptySlot.run();
        }
    }

    Plugin plugin() {
        return plugin;
    }

    /** The instance for new streams that this plugin is in, or null while there is none. */
    @Nullable WasmVm vm() {
        WasmVm ready = slot.vm();
        return ready == null || find(ready) == null ? null : ready;
    }

    RootContext root(WasmVm ready) {
        RootContext root = find(ready);
        if (root == null) {
            throw new IllegalStateException("bug: the plugin is not in its machine");
        }
        return root;
    }

    private @Nullable RootContext find(WasmVm ready) {
        if (ready != lastVm) {
            lastVm = ready;
            lastRoot = ready.root(plugin);
        }
        return lastRoot;
    }

    boolean await(AwaitsVm stream) {
        return slot.await(stream);
    }

    void forget(AwaitsVm stream) {
        slot.forget(stream);
    }
}
