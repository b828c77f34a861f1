package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.sdk.Worker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The place of one virtual machine on one worker: which instance new streams use, and what happens
 * when it fails. Plugins with the same VM key share the slot.
 *
 * <p>Instances are started on control threads only: a plugin that joins gets a fresh instance with
 * all plugins of the slot in it, streams on the old one end there. A failed instance is replaced at
 * once; one that keeps failing is started again after growing delays, as Envoy's FAIL_RELOAD does.
 */
final class VmSlot {
    /** Streams that may wait for a rebuild; the others are treated as the failure policy says. */
    private static final int MAX_WAITING = 1024;

    private static final int MAX_BACKOFF_FACTOR = 10; // as in Envoy
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

    private final VmSpec spec;
    private final Environment surroundings;
    private final Worker worker;
    private final Executor control;

    // Guarded by this: control threads.
    private final List<Plugin> plugins = new ArrayList<>();
    private @Nullable WasmVm prepared;
    private boolean started;

    // Confined to the loop.
    private final ArrayDeque<StreamFilter> waiting = new ArrayDeque<>();
    private @Nullable WasmVm vm;
    private boolean backingOff;
    private int failures;
    private long lastFailureNanos;

    VmSlot(VmSpec spec, Environment surroundings, Worker worker, Executor control) {
        this.spec = spec;
        this.surroundings = surroundings;
        this.worker = worker;
        this.control = control;
    }

    /**
     * Makes an instance that this plugin is in, too. On a control thread.
     *
     * @throws GuestTrap when it cannot start; everything stays as it was
     */
    synchronized void join(Plugin plugin) {
        plugins.add(plugin);
        try {
            prepare();
        } catch (RuntimeException e) {
            plugins.remove(plugin);
            throw e;
        }
    }

    private void prepare() {
        WasmVm fresh = VmStarter.start(spec, surroundings, List.copyOf(plugins));
        if (started) {
            worker.execute(() -> install(fresh));
        } else {
            if (prepared != null) {
                prepared.retire();
            }
            prepared = fresh;
        }
    }

    /** The plugin has no more streams. On the loop; true when the slot is empty. */
    synchronized boolean leave(Plugin plugin) {
        plugins.remove(plugin);
        if (!plugins.isEmpty()) {
            return false;
        }
        WasmVm last = started ? vm : prepared;
        vm = null;
        prepared = null;
        if (last != null) {
            last.retire();
        }
        return true;
    }

    /** Puts the prepared instance to work. On the loop. */
    synchronized void start() {
        WasmVm fresh = prepared;
        prepared = null;
        started = true;
        if (fresh != null) {
            install(fresh);
        }
    }

    // On the loop

    @Nullable WasmVm vm() {
        return vm;
    }

    /** Lets a stream wait for an instance; false when none is to be expected soon. */
    boolean await(StreamFilter stream) {
        return !backingOff && waiting.size() < MAX_WAITING && waiting.add(stream);
    }

    void forget(StreamFilter stream) {
        waiting.remove(stream);
    }

    private void install(WasmVm fresh) {
        WasmVm old = vm;
        fresh.activate(worker, this::onVmFailed);
        if (fresh.isFailed()) {
            return; // onVmFailed has seen to it
        }
        vm = fresh;
        backingOff = false;
        if (old != null) {
            old.retire();
        }
        for (StreamFilter next = waiting.poll(); next != null; next = waiting.poll()) {
            WasmVm ready = vm;
            if (ready == null) { // failed again, under one that had waited
                waiting.addFirst(next);
                return;
            }
            next.onVmReady(ready);
        }
    }

    private void onVmFailed(WasmVm failed, GuestTrap trap) {
        if (vm != null && vm != failed) {
            return; // a retired one
        }
        vm = null;
        long now = worker.monotonicNanos();
        if (failures > 0 && now - lastFailureNanos > QUIET_NANOS) {
            failures = 0;
        }
        lastFailureNanos = now;
        rebuildAfter(delayNanos(failures++));
    }

    private long delayNanos(int earlierFailures) {
        if (earlierFailures == 0) {
            return 0;
        }
        long base = Math.max(1, backoffBase().toNanos());
        long factor = 1L << Math.min(earlierFailures - 1, 4);
        return base * Math.min(factor, MAX_BACKOFF_FACTOR);
    }

    private synchronized Duration backoffBase() {
        return plugins.isEmpty() ? Duration.ofSeconds(1) : plugins.getFirst().reloadBackoffBase();
    }

    private void rebuildAfter(long delayNanos) {
        if (delayNanos == 0) {
            control.execute(this::rebuild);
            return;
        }
        backingOff = true;
        for (StreamFilter next = waiting.poll(); next != null; next = waiting.poll()) {
            next.onVmAway();
        }
        worker.schedule(delayNanos, () -> control.execute(this::rebuild));
    }

    // On a control thread
    private synchronized void rebuild() {
        if (plugins.isEmpty()) {
            return;
        }
        try {
            prepare();
        } catch (RuntimeException e) {
            String name = plugins.getFirst().name();
            surroundings.log().log(PluginLog.ERROR, name, "rebuilding failed: " + e.getMessage());
            worker.execute(this::onRebuildFailed);
        }
    }

    private void onRebuildFailed() {
        if (vm == null) {
            rebuildAfter(delayNanos(Math.max(1, failures++)));
        }
    }
}
