package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;

/** All virtual machines of the process, by worker and VM key. Thread-safe. */
public final class VmSlots {
    private final Environment surroundings;
    private final Executor control;
    private final ConcurrentMap<Key, VmSlot> slots = new ConcurrentHashMap<>();

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
    public WorkerFilter join(VmSpec spec, Plugin plugin, Worker worker) {
        var key = new Key(worker, spec.key());
        VmSlot known = slots.get(key);
        VmSlot slot = known == null ? new VmSlot(spec, surroundings, worker, control) : known;
        Plugin own = plugin.onWorker();
        slot.join(own);
        // Two first plugins at the same time get a machine each, which costs memory and no more.
        slots.putIfAbsent(key, slot);
        return new PluginOnWorker(own, slot, () -> slots.remove(key, slot));
    }
}
