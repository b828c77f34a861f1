package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.sdk.Worker;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin does of its own accord, ticks and the data of queues, within its share of the
 * worker's time. Confined to the worker's loop, but for {@link #onQueueReadyAnywhere}.
 */
final class BackgroundCalls {
    private final WasmVm vm;
    private final RootContext root;
    private final BackgroundShare share = new BackgroundShare();
    private int tickMillis;
    private Worker.@Nullable Cancellable tick;
    private boolean closed;

    BackgroundCalls(WasmVm vm, RootContext root) {
        this.vm = vm;
        this.root = root;
    }

    /** The instance has its worker. */
    void activate() {
        scheduleTick();
    }

    /** {@code millis} 0: no more ticks. */
    void tickEvery(int millis) {
        tickMillis = millis;
        scheduleTick();
    }

    void close() {
        closed = true;
        cancelTick();
    }

    private void cancelTick() {
        if (tick != null) {
            tick.cancel();
            tick = null;
        }
    }

    private void scheduleTick() {
        cancelTick();
        Worker worker = vm.worker();
        if (worker != null && tickMillis > 0 && !closed) {
            long rest = share.delayNanos(worker.monotonicNanos());
            tick = worker.schedule(Math.max(tickMillis * 1_000_000L, rest), this::onTick);
        }
    }

    private void onTick() {
        tick = null;
        if (closed || vm.isFailed()) {
            return;
        }
        GuestFunction onTick = vm.exports().onTick;
        if (onTick != null) {
            run(() -> onTick.call(root.id()));
        }
        scheduleTick();
    }

    /** A queue has data; on any thread. */
    void onQueueReadyAnywhere(int token) {
        Worker worker = vm.worker();
        GuestFunction onQueueReady = vm.exports().onQueueReady;
        if (worker != null && onQueueReady != null) {
            worker.execute(() -> onQueueReady(worker, () -> onQueueReady.call(root.id(), token)));
        }
    }

    private void onQueueReady(Worker worker, Runnable guestCall) {
        long rest = share.delayNanos(worker.monotonicNanos());
        if (rest > 0) {
            worker.schedule(rest, () -> onQueueReady(worker, guestCall));
        } else {
            run(guestCall);
        }
    }

    private void run(Runnable guestCall) {
        long from = vm.monotonicNanos();
        root.run(guestCall);
        share.ran(from, vm.monotonicNanos());
    }
}
