package io.postern.filters.wasm.engine;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionType;
import io.postern.filters.wasm.engine.translate.GuestCode;
import io.postern.filters.wasm.engine.translate.Trap;
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
    private GuestCalls calls = (_, _) -> 0;
    private int depth;
    private int hostCallLimit = Integer.MAX_VALUE;
    private int hostCallsLeft = Integer.MAX_VALUE;
    private long granted;
    private @Nullable GuestCode code; // null: the engine's own machine runs it

    GuestInstance(CompiledModule module, Deadline deadline) {
        this.module = module;
        this.deadline = deadline;
    }

    void started(Instance started) {
        instance = started;
        calls = GuestCalls.of(started.getMachine());
        if (started.getMachine() instanceof TranslatedMachine translated) {
            translated.connect();
            code = translated.code();
        }
    }

    void remembered(FlatMemory flat) {
        memory = new GuestMemory(flat);
    }

    /** The exported function of this name, or null when the module has none. */
    public @Nullable GuestFunction function(String name) {
        Export export = export(name, ExternalType.FUNCTION);
        if (export == null) {
            return null;
        }
        FunctionType type = started().exportType(name);
        return new GuestFunction(
                this, calls, export.index(), type.params().size(), !type.returns().isEmpty());
    }

    private @Nullable Export export(String name, ExternalType type) {
        var section = started().module().exportSection();
        for (int i = 0; i < section.exportCount(); i++) {
            var export = section.getExport(i);
            if (export.name().equals(name) && export.exportType() == type) {
                return export;
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

    /** The value of an exported global, floats as their bits; null when there is none. */
    public @Nullable Long global(String name) {
        Export export = export(name, ExternalType.GLOBAL);
        return export == null ? null : globals()[export.index()];
    }

    /** Values of all globals, for {@link #restore}. */
    public long[] globals() {
        Instance running = started();
        var values = new long[running.globalCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = code == null ? running.global(i).getValue() : code.global(i);
        }
        return values;
    }

    /** Undoes what calls did to globals, after one that the host ended for example. */
    public void restore(long[] globals) {
        for (int i = 0; i < globals.length; i++) {
            if (code != null) {
                code.global(i, globals[i]);
            } else if (started().global(i).getValue() != globals[i]) {
                started().global(i).setValue(globals[i]);
            }
        }
    }

    /** Enlarges the memory by pages of 64 KiB; false when it may not grow so far. */
    public boolean growMemory(int pages) {
        return (code == null ? started().memory().grow(pages) : code.grow(pages)) >= 0;
    }

    /** The calls up to {@link #exit} share one time budget. */
    public void enter() {
        enter(Long.MAX_VALUE);
    }

    /** {@code fuel}: instructions that this call may take, unless it is inside of another one. */
    void enter(long fuel) {
        if (depth++ == 0) {
            granted = fuel;
            hostCallsLeft = hostCallLimit;
            if (code != null) {
                code.fuel = fuel;
            }
            deadline.begin(module.isCold());
        }
    }

    /** Instructions that the running call has taken, or the last one; 0 unless they are counted. */
    public long fuelUsed() {
        return code == null || !module.counts() ? 0 : granted - code.fuel;
    }

    /** From the next call on: how many host calls one may make, with those of the calls in it. */
    public void limitHostCalls(int most) {
        hostCallLimit = most;
    }

    /** The guest calls the host. */
    void hostCall() {
        if (--hostCallsLeft < 0) {
            throw new GuestTrap(
                    GuestTrap.Kind.DEADLINE, "more than " + hostCallLimit + " host calls");
        }
    }

    /** See {@link #enter}. */
    public void exit() {
        if (--depth == 0) {
            deadline.end();
        }
    }

    GuestTrap trapped(Throwable failure) {
        boolean stopped = failure instanceof ChicoryInterruptedException || failure instanceof Trap;
        if (stopped && deadline.fired()) {
            String message = "time budget of " + deadline.budget() + " used up";
            return new GuestTrap(GuestTrap.Kind.DEADLINE, message + module.guestStack(failure));
        }
        if (failure instanceof Trap && code != null && code.fuel < 0) {
            String message = "fuel of " + granted + " instructions used up";
            return new GuestTrap(GuestTrap.Kind.DEADLINE, message + module.guestStack(failure));
        }
        return new GuestTrap(GuestTrap.Kind.TRAP, what(failure) + module.guestStack(failure));
    }

    // In translated code the JVM's own checks are the guest's.
    private static @Nullable String what(Throwable failure) {
        return switch (failure) {
            case StackOverflowError _ -> "call stack exhausted";
            case IndexOutOfBoundsException _ -> "out of bounds memory access";
            case ArithmeticException _ -> "integer divide by zero";
            default -> failure.getMessage();
        };
    }

    private Instance started() {
        if (instance == null) {
            throw new IllegalStateException("bug: instance used before it was started");
        }
        return instance;
    }
}
