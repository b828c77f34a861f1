package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.sdk.Worker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
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

    private static final int MAX_DOUBLINGS = 30;
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

    private final VmSpec spec;
    private final Environment surroundings;
    private final Worker worker;
    private final Executor control;

    // Held while an instance starts, which can take seconds: never by the loop.
    private final ReentrantLock starting = new ReentrantLock();

    // Guarded by this, for moments only.
    private List<Plugin> plugins = List.of();
    private @Nullable WasmVm prepared;
    private boolean started;

    // Confined to the loop.
    private final ArrayDeque<AwaitsVm> waiting = new ArrayDeque<>();
    private final CallTime callTime;
    private @Nullable WasmVm vm;
    private boolean backingOff;
    private int failures;
    private long servesSinceNanos;

    VmSlot(VmSpec spec, Environment surroundings, Worker worker, Executor control) {
        this.spec = spec;
        this.surroundings = surroundings;
        this.worker = worker;
        this.control = control;
        callTime = new CallTime(spec.callBudget());
    }

    // On control threads

    /**
     * Makes an instance that this plugin is in, too.
     *
     * @throws GuestTrap when it cannot start; everything stays as it was
     */
    void join(Plugin plugin) {
        starting.lock();
        try {
            WasmVm fresh = start(with(plugin));
            synchronized (this) {
                plugins = with(plugin);
                handOver(fresh);
            }
        } finally {
            starting.unlock();
        }
    }

    private WasmVm start(List<Plugin> all) {
        return surroundings.starters().call(() -> VmStarter.start(spec, surroundings, all));
    }

    private void rebuild() {
        starting.lock();
        try {
            List<Plugin> all = plugins();
            if (!all.isEmpty()) {
                handOver(start(all));
            }
        } catch (RuntimeException e) {
            String message = "starting it again failed: " + e.getMessage();
            surroundings.log().log(PluginLog.ERROR, spec.vmId(), message);
            worker.execute(this::onRebuildFailed);
        } finally {
            starting.unlock();
        }
    }

    private synchronized void handOver(WasmVm fresh) {
        if (started) {
            worker.execute(() -> install(fresh));
        } else {
            if (prepared != null) {
                prepared.retire();
            }
            prepared = fresh;
        }
    }

    private synchronized List<Plugin> with(Plugin plugin) {
        var all = new ArrayList<>(plugins);
        all.add(plugin);
        return List.copyOf(all);
    }

    private synchronized List<Plugin> plugins() {
        return plugins;
    }

    /** Memory of the instance that was prepared last; 0 when it is at work already. */
    synchronized long instanceBytes() {
        return prepared == null ? 0 : prepared.memory().size();
    }

    // On the loop

    /** Puts the prepared instance to work. */
    void start() {
        WasmVm fresh;
        synchronized (this) {
            fresh = prepared;
            prepared = null;
            started = true;
        }
        if (fresh != null) {
            install(fresh);
        }
    }

    /** The plugin has no more streams; true when it was the last one. */
    boolean leave(Plugin plugin) {
        WasmVm unused;
        boolean last;
        synchronized (this) {
            plugins = plugins.stream().filter(other -> other != plugin).toList();
            last = plugins.isEmpty();
            unused = last ? prepared : null;
            prepared = last ? null : prepared;
        }
        if (unused != null) {
            unused.retire();
        }
        if (vm != null) {
            vm.closeRoot(plugin);
            if (last) {
                WasmVm old = vm;
                vm = null;
                old.retire();
            }
        }
        return last;
    }

    @Nullable WasmVm vm() {
        return vm;
    }

    /** Lets a stream wait for an instance; false when none is to be expected soon. */
    boolean await(AwaitsVm stream) {
        return !backingOff && waiting.size() < MAX_WAITING && waiting.add(stream);
    }

    void forget(AwaitsVm stream) {
        waiting.remove(stream);
    }

    private void install(WasmVm fresh) {
        List<Plugin> wanted = plugins();
        if (wanted.isEmpty()) {
            fresh.retire();
            return;
        }
        WasmVm old = vm;
        fresh.activate(worker, wanted, callTime, this::onVmFailed);
        if (fresh.isFailed()) {
            return; // onVmFailed has seen to it
        }
        vm = fresh;
        servesSinceNanos = worker.monotonicNanos();
        if (callTime.isReduced()) {
            worker.schedule(QUIET_NANOS, () -> forgive(fresh));
        }
        count("success", old == null && failures > 0 ? 1 : 0);
        count("failure", 0);
        count("backoff", 0);
        backingOff = false;
        if (old != null) {
            old.retire();
        }
        for (int i = waiting.size(); i > 0; i--) {
            WasmVm ready = vm;
            AwaitsVm next = waiting.poll();
            if (ready == null || next == null) {
                return; // failed again, under one that had waited
            }
            next.onVmReady(ready);
        }
    }

    private void forgive(WasmVm quiet) {
        if (vm == quiet) {
            callTime.forgive();
        }
    }

    private void onVmFailed(WasmVm failed, GuestTrap trap) {
        if (trap.kind() == GuestTrap.Kind.DEADLINE) {
            callTime.killed();
        }
        if (failed.isRetired()) {
            return;
        }
        vm = null;
        // Since it served again, not since it failed: waiting for the next try is no proof of
        // health.
        if (worker.monotonicNanos() - servesSinceNanos > QUIET_NANOS) {
            failures = 0;
        }
        rebuildAfter(delayNanos(failures++));
    }

    private void onRebuildFailed() {
        count("failure", 1);
        if (vm == null) {
            failures = Math.max(2, failures + 1);
            rebuildAfter(delayNanos(failures - 1));
        }
    }

    // Envoy's names
    private void count(String what, int amount) {
        for (Plugin plugin : plugins()) {
            String name = "wasm." + plugin.name() + ".vm_reload_" + what;
            worker.metrics().counter(name).add(amount);
        }
    }

    private long delayNanos(int earlierFailures) {
        List<Plugin> all = plugins();
        if (earlierFailures == 0 || all.isEmpty()) {
            return 0;
        }
        long base = Math.max(1, all.getFirst().reloadBackoffBase().toNanos());
        long longest = Math.max(base, all.getFirst().reloadBackoffMax().toNanos());
        int doublings = Math.min(earlierFailures - 1, MAX_DOUBLINGS);
        return base > longest >> doublings ? longest : base << doublings;
    }

    private void rebuildAfter(long delayNanos) {
        if (delayNanos == 0) {
            control.execute(this::rebuild);
            return;
        }
        backingOff = true;
        count("backoff", 1);
        for (AwaitsVm next = waiting.poll(); next != null; next = waiting.poll()) {
            next.onVmAway();
        }
        worker.schedule(delayNanos, () -> control.execute(this::rebuild));
    }
}
