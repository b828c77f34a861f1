package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** All virtual machines of the process, by worker and VM key. Thread-safe. */
public final class VmSlots {
    private final Environment surroundings;
    private final Executor control;
    private final WarmUp warmUps;
    private final ConcurrentMap<Key, VmSlot> slots = new ConcurrentHashMap<>();

    /** How many workers' parts there are of a plugin, by its name. */
    private final ConcurrentMap<String, Integer> serving = new ConcurrentHashMap<>();

    private record Key(Worker worker, String vmKey) {}

    /** {@code control}: where instances are rebuilt, never a loop. */
    public VmSlots(Environment surroundings, Executor control) {
        this.surroundings = surroundings;
        this.control = control;
        this.warmUps = new WarmUp(surroundings);
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
        warmUp(spec, plugin, slot, worker);
        serving.merge(plugin.name(), 1, Integer::sum);
        return new PluginOnWorker(
                own,
                slot,
                () -> serving.computeIfPresent(plugin.name(), (_, n) -> n == 1 ? null : n - 1),
                () -> slots.remove(key, slot));
    }

    // What replaces a plugin that serves is warm before it does; what nobody serves in place of
    // becomes so while it does, unless its clients are quicker.
    private void warmUp(VmSpec spec, Plugin plugin, VmSlot slot, Worker worker) {
        BooleanSupplier inUse = () -> serving.containsKey(plugin.name());
        if (inUse.getAsBoolean()) {
            warmUps.now(spec, plugin, slot.instanceBytes(), inUse);
        } else {
            var clients = new ClientCalls(PluginStats.calls(worker, plugin));
            BooleanSupplier wanted = () -> inUse.getAsBoolean() && !clients.haveWarmed();
            warmUps.soon(spec, plugin, slot.instanceBytes(), wanted);
        }
    }
}
