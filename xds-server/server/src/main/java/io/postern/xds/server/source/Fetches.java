package io.postern.xds.server.source;

import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.resources.PluginSource.Failed;
import io.postern.xds.resources.PluginSource.Fetched;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches that go on when nobody can wait for them any longer: a registry that hangs keeps no other
 * change from being published, and no rollout from being undone.
 *
 * <p>Control thread; each fetch has a virtual thread of its own.
 */
final class Fetches {
    private static final int MOST_AT_ONCE = 4;

    private final PluginSource source;
    private final Duration patience;
    private final Runnable arrived;
    private final Semaphore permits = new Semaphore(MOST_AT_ONCE, true);
    private final Map<PluginReference, Fetch> underWay = new HashMap<>();

    /**
     * @param patience how long all that begin together are waited for
     * @param arrived is run when one has ended that was not waited for; any thread
     */
    Fetches(PluginSource source, Duration patience, Runnable arrived) {
        this.source = source;
        this.patience = patience;
        this.arrived = arrived;
    }

    /** Whether one has ended that was not waited for. */
    boolean hasArrived(PluginReference reference) {
        Fetch fetch = underWay.get(reference);
        return fetch != null && fetch.isDone();
    }

    /** What came of them so far; those under way before are not waited for again. */
    Map<PluginReference, Fetched> fetch(Set<PluginReference> references) {
        long until = System.nanoTime() + patience.toNanos();
        Map<PluginReference, Fetched> all = new LinkedHashMap<>();
        Set<PluginReference> before = Set.copyOf(underWay.keySet());
        references.forEach(one -> underWay.computeIfAbsent(one, this::begin));
        for (PluginReference reference : references) {
            long left = before.contains(reference) ? 0 : until - System.nanoTime();
            all.put(reference, await(reference, left));
        }
        return all;
    }

    /** Ends those that nobody refers to any more. */
    void retain(Set<PluginReference> references) {
        underWay.entrySet()
                .removeIf(one -> {
                    boolean unused = !references.contains(one.getKey());
                    if (unused) {
                        one.getValue().cancel(true);
                    }
                    return unused;
                });
    }

    private Fetch begin(PluginReference reference) {
        var fetch = new Fetch(reference);
        Thread.ofVirtual().name("fetch " + reference.url()).start(fetch);
        return fetch;
    }

    private Fetched fetched(PluginReference reference) throws InterruptedException {
        permits.acquire();
        try {
            return source.fetch(reference);
        } finally {
            permits.release();
        }
    }

    /** One fetch, under way or ended. */
    private final class Fetch extends FutureTask<Fetched> {
        private volatile boolean late;

        Fetch(PluginReference reference) {
            super(() -> fetched(reference));
        }

        void isLate() {
            late = true;
            if (isDone()) { // meanwhile
                arrived.run();
            }
        }

        @Override
        protected void done() {
            if (late && !isCancelled()) {
                arrived.run();
            }
        }
    }

    private Fetched await(PluginReference reference, long nanos) {
        Fetch fetch = underWay.get(reference);
        if (fetch == null) {
            throw new IllegalStateException("bug: no fetch of " + reference.url());
        }
        try {
            Fetched fetched = fetch.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            underWay.remove(reference);
            return fetched;
        } catch (TimeoutException _) {
            fetch.isLate();
            return pending();
        } catch (ExecutionException e) {
            underWay.remove(reference);
            return new Failed("download", "bug: " + e.getCause(), "");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the server stops
            return pending();
        }
    }

    private Failed pending() {
        return new Failed(
                "download",
                "it is still being fetched after %d s".formatted(patience.toSeconds()),
                "it is used as soon as it is there; if it does not come, look at its registry");
    }
}
