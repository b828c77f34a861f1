package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.EngineThreads;
import io.postern.filters.wasm.engine.GuestTrap;
import io.postern.filters.wasm.engine.ModuleException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Has a large module's code compiled by the JVM before clients pay for it: made-up exchanges run
 * through a plugin in an instance of its own, whose logs, metrics, calls and data go nowhere. The
 * classes are those of the plugin's other instances, and so is what the JVM makes of them.
 *
 * <p>On a thread of its own, one module after the other. Thread-safe.
 */
final class WarmUp {
    /** CPU time for one module: at least, and at most; the JVM's compiler takes its own. */
    private static final long LEAST_NANOS = Duration.ofSeconds(4).toNanos();

    private static final long BUDGET_NANOS = Duration.ofSeconds(8).toNanos();
    private static final long WINDOW_NANOS = Duration.ofSeconds(1).toNanos();

    /** A window has to be so much better than the best one before. */
    private static final double PROGRESS = 1.1;

    /** Times the memory of an instance that must be free for one more. */
    private static final int SPARE_INSTANCES = 3;

    /** How long a plugin waits before it replaces another. */
    private static final int MOST_SECONDS = 20;

    private static final int DELAY_SECONDS = 1;
    private static final int BATCH = 20;

    private final PluginLog told;
    private final Environment surroundings;
    private final EngineThreads thread = new EngineThreads("wasm-warm-up", 1);

    WarmUp(Environment surroundings) {
        this.told = surroundings.log();
        this.surroundings = surroundings.quiet();
    }

    /**
     * Warms the plugin's module, unless it is small or has been warmed; waits for it, but not
     * forever.
     *
     * @param instanceBytes what an instance takes
     * @param inUse false when the plugin has gone meanwhile
     */
    void now(VmSpec spec, Plugin plugin, long instanceBytes, BooleanSupplier inUse) {
        if (!wanted(spec, instanceBytes)) {
            return;
        }
        try {
            CompletableFuture.runAsync(() -> run(spec, plugin, inUse), thread)
                    .get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException _) {
            return; // it goes on while the plugin serves, or could not
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same, while the plugin serves: others may still be starting now. */
    void soon(VmSpec spec, Plugin plugin, long instanceBytes, BooleanSupplier inUse) {
        if (wanted(spec, instanceBytes)) {
            var later = CompletableFuture.delayedExecutor(DELAY_SECONDS, TimeUnit.SECONDS, thread);
            later.execute(() -> run(spec, plugin, inUse));
        }
    }

    private static boolean wanted(VmSpec spec, long instanceBytes) {
        Runtime memory = Runtime.getRuntime();
        long free = memory.maxMemory() - memory.totalMemory() + memory.freeMemory();
        return instanceBytes < free / SPARE_INSTANCES && spec.module().takeWarmUp();
    }

    void run(VmSpec spec, Plugin plugin, BooleanSupplier inUse) {
        if (!inUse.getAsBoolean()) {
            return;
        }
        var worker = new SilentWorker(surroundings.clock());
        var slot = new VmSlot(spec, surroundings, worker, _ -> {});
        try {
            slot.join(plugin);
        } catch (GuestTrap | ModuleException e) {
            return; // those who need it will be told
        }
        slot.start();
        var filter = new PluginOnWorker(plugin, slot, () -> {}, () -> {});
        exchanges(filter, slot, worker, inUse);
        filter.close();
    }

    private void exchanges(
            PluginOnWorker filter, VmSlot slot, SilentWorker worker, BooleanSupplier inUse) {
        var progress = new Progress();
        int made = 0;
        while (inUse.getAsBoolean() && progress.isWorthMore(made)) {
            for (int i = 0; i < BATCH; i++) {
                new SyntheticStream(worker, made++).run(filter);
                worker.runTasks();
                if (slot.vm() == null) {
                    return; // it failed, as it may with requests that it does not expect
                }
            }
        }
        String name = filter.plugin().name();
        told.log(PluginLog.DEBUG, name, "warmed with " + made + " exchanges");
    }

    /** Whether exchanges still become faster: how many of them each second of CPU time has. */
    private static final class Progress {
        private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        private final long start = threads.getCurrentThreadCpuTime();
        private long windowStart = start;
        private int madeBefore;
        private int most;

        boolean isWorthMore(int made) {
            long now = threads.getCurrentThreadCpuTime();
            if (now - windowStart < WINDOW_NANOS) {
                return true;
            }
            int inWindow = made - madeBefore;
            boolean faster = inWindow > most * PROGRESS;
            most = Math.max(most, inWindow);
            madeBefore = made;
            windowStart = now;
            long spent = now - start;
            return spent < LEAST_NANOS || (faster && spent < BUDGET_NANOS);
        }
    }
}
