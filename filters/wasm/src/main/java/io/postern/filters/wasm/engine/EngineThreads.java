package io.postern.filters.wasm.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Threads on which modules are translated, or instances started: few, gone when there is nothing to
 * do, and nobody else's. What takes long delays others of its kind, and neither event loops nor the
 * JVM's common pool. They are platform threads, whose CPU time a {@link Deadline} can count.
 * Thread-safe.
 */
public final class EngineThreads implements Executor {
    private static final int MOST = 4;

    private final AtomicInteger started = new AtomicInteger();
    private final ThreadPoolExecutor threads;

    /** Threads of this name, one for each processor up to {@value #MOST}. */
    public EngineThreads(String name) {
        this(name, Math.min(MOST, Runtime.getRuntime().availableProcessors()));
    }

    /** So many threads of this name. */
    public EngineThreads(String name, int count) {
        threads =
                new ThreadPoolExecutor(
                        count,
                        count,
                        1,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(), // as long as the callers, who wait
                        task -> thread(name + "-" + started.getAndIncrement(), task));
        threads.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(String name, Runnable task) {
        return Thread.ofPlatform().daemon().name(name).unstarted(task);
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /** Runs a task there and waits for it; what it throws is thrown here. */
    public <T> T call(Supplier<T> task) {
        try {
            return CompletableFuture.supplyAsync(task, this).join();
        } catch (CompletionException e) {
            throw unwrapped(e);
        }
    }

    private static RuntimeException unwrapped(CompletionException failure) {
        return switch (failure.getCause()) {
            case RuntimeException cause -> cause;
            case Error cause -> throw cause;
            case null, default -> failure;
        };
    }
}
