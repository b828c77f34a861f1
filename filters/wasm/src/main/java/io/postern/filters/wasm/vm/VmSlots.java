package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/** All virtual machines of the process, by worker and VM key. Thread-safe. */
public final class VmSlots {
    private final Environment surroundings;
    private final Executor control;
    private final Map<Key, VmSlot> slots = new HashMap<>();

    private record Key(Worker worker, String vmKey) {}

    /** {@code control}: where instances are rebuilt, never a loop. */
    public VmSlots(Environment surroundings, Executor control) {
        this.surroundings = surroundings;
        this.control = control;
    }

    /**
     * Brings a plugin to a worker. On a control thread; starts an instance.
     *
     * @throws GuestTrap when the plugin cannot start
     */
    public synchronized WorkerFilter join(VmSpec spec, Plugin plugin, Worker worker) {
        var key = new Key(worker, spec.key());
        VmSlot known = slots.get(key);
        VmSlot slot = known == null ? new VmSlot(spec, surroundings, worker, control) : known;
        slot.join(plugin);
        slots.put(key, slot);
        return new PluginOnWorker(plugin, slot, () -> forget(key, slot));
    }

    private synchronized void forget(Key key, VmSlot slot) {
        slots.remove(key, slot);
    }
}
