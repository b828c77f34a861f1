package io.postern.filters.wasm.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that translate modules: few, gone when there is nothing to do, and nobody else's. A
 * module that takes long to translate delays other modules, and neither event loops nor the JVM's
 * common pool. What waits is bounded by the modules that are being compiled. Thread-safe.
 */
final class CompilerThreads implements Executor {
    private static final int MOST = 4;

    private final ThreadPoolExecutor threads;

    CompilerThreads() {
        int count = Math.min(MOST, Runtime.getRuntime().availableProcessors());
        threads =
                new ThreadPoolExecutor(
                        count,
                        count,
                        1,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().daemon().name("wasm-compiler-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }
}
