package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.filters.wasm.engine.GuestInstance;
import io.postern.filters.wasm.engine.GuestTrap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts virtual machines, on a control thread: {@code _initialize} or {@code _start}, then
 * plugins.
 */
final class VmStarter {
    private VmStarter() {}

    /**
     * A machine with a configured root context for each plugin.
     *
     * @throws GuestTrap saying what failed
     */
    static WasmVm start(VmSpec spec, Environment surroundings, List<Plugin> plugins) {
        var vm = new WasmVm(spec, surroundings);
        try {
            GuestInstance instance = vm.instantiate();
            vm.callable(new Exports(instance, spec, vm.trace()));
            for (Plugin plugin : plugins) {
                RootContext root = vm.addRoot(plugin);
                if (plugin == plugins.getFirst()) {
                    root.initialize(instance);
                }
                root.start();
            }
            return vm;
        } catch (RuntimeException e) {
            vm.release();
            throw e;
        }
    }

    private static void runCommand(GuestFunction start) {
        try {
            start.call();
        } catch (GuestTrap e) {
            if (e.kind() != GuestTrap.Kind.FINISHED) { // how some runtimes return from main
                throw e;
            }
        }
    }

    /** A WASI reactor has {@code _initialize} and maybe {@code main}, a command {@code _start}. */
    static void runStart(GuestInstance instance, VmSpec spec, CallTrace trace) {
        GuestFunction initialize = find(instance, spec, trace, "_initialize");
        if (initialize == null) {
            GuestFunction start = find(instance, spec, trace, "_start");
            if (start != null) {
                runCommand(start);
            }
            return;
        }
        initialize.call();
        GuestFunction main = find(instance, spec, trace, "main");
        if (main != null) {
            main.call(0, 0);
        } else {
            GuestFunction mainVoid = find(instance, spec, trace, "__main_void");
            if (mainVoid != null) {
                mainVoid.call();
            }
        }
    }

    private static @Nullable GuestFunction find(
            GuestInstance instance, VmSpec spec, CallTrace trace, String name) {
        GuestFunction function = instance.function(name);
        return function == null
                ? null
                : trace.of(name, new PhaseFuel(spec.fuel()).limit(name, function));
    }
}
