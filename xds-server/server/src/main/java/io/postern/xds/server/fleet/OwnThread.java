package io.postern.xds.server.fleet;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A thread for nothing else, for streams that are on no event loop. */
public final class OwnThread implements LaneThread {
    private final ExecutorService thread;

    /** {@code name} is for people. */
    public OwnThread(String name) {
        thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name(name).daemon().factory());
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    /** Never: nodes in this process answer while they are being told something. */
    @Override
    public boolean isCurrent() {
        return false;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
