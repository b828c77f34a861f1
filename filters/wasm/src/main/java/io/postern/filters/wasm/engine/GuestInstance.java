package io.postern.filters.wasm.engine;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.ExternalType;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a module: its memory, its globals, its exports. Confined to one thread at a time;
 * not to be called again after a {@link GuestTrap}.
 */
public final class GuestInstance {
    private final CompiledModule module;
    private final Deadline deadline;
    private @Nullable Instance instance;
    private @Nullable GuestMemory memory;
    private int depth;

    GuestInstance(CompiledModule module, Deadline deadline) {
        this.module = module;
        this.deadline = deadline;
    }

    void started(Instance started) {
        instance = started;
    }

    void remembered(FlatMemory flat) {
        memory = new GuestMemory(flat);
    }

    /** The exported function of this name, or null when the module has none. */
    public @Nullable GuestFunction function(String name) {
        Instance running = started();
        var section = running.module().exportSection();
        for (int i = 0; i < section.exportCount(); i++) {
            var export = section.getExport(i);
            if (export.name().equals(name) && export.exportType() == ExternalType.FUNCTION) {
                int parameters = running.exportType(name).params().size();
                return new GuestFunction(this, running.getMachine(), export.index(), parameters);
            }
        }
        return null;
    }

    /** The memory. */
    public GuestMemory memory() {
        if (memory == null) {
            throw new IllegalStateException("bug: module without memory was accepted");
        }
        return memory;
    }

    /** The time budget of this instance's calls. */
    public Deadline deadline() {
        return deadline;
    }

    void enter() {
        if (depth++ == 0) {
            deadline.begin();
        }
    }

    void exit() {
        if (--depth == 0) {
            deadline.end();
        }
    }

    GuestTrap trapped(Throwable failure) {
        if (failure instanceof ChicoryInterruptedException && deadline.fired()) {
            String message = "time budget of " + deadline.budget() + " used up";
            return new GuestTrap(GuestTrap.Kind.DEADLINE, message + module.guestStack(failure));
        }
        String what =
                failure instanceof StackOverflowError
                        ? "call stack exhausted"
                        : failure.getMessage();
        return new GuestTrap(GuestTrap.Kind.TRAP, what + module.guestStack(failure));
    }

    private Instance started() {
        if (instance == null) {
            throw new IllegalStateException("bug: instance used before it was started");
        }
        return instance;
    }
}
