package io.postern.filters.wasm.remote;

import io.postern.config.model.RemoteDataSource;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.LocalReply;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A filter whose code is fetched when the first worker asks, with the retries that are configured.
 * As in Envoy the listener opens without it when that fails; other than there it is tried again in
 * the background until the code is there. Thread-safe.
 */
public final class RemoteFilter implements LoadedFilter {
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final RemoteDataSource remote;
    private final @Nullable LocalReply refusal;
    private final CodeStore store;
    private final Consumer<String> problems;
    private final Executor control;
    private final Function<byte[], LoadedFilter> load;

    // Guarded by this; held while code is fetched and compiled, on control threads only.
    private final List<WaitingFilter> waiting = new ArrayList<>();
    private @Nullable LoadedFilter loaded;
    private @Nullable Worker fetcher;
    private volatile boolean closed;

    /**
     * @param refusal what requests are answered while the code is missing; null: they pass
     * @param problems hears what went wrong
     * @param control runs tries in the background
     * @param load makes the filter of its code, or throws {@link FilterLoadException}
     */
    public RemoteFilter(
            RemoteDataSource remote,
            @Nullable LocalReply refusal,
            CodeStore store,
            Consumer<String> problems,
            Executor control,
            Function<byte[], LoadedFilter> load) {
        this.remote = remote;
        this.refusal = refusal;
        this.store = store;
        this.problems = problems;
        this.control = control;
        this.load = load;
    }

    /** Fetches code into the cache, for a later load; what goes wrong is told. */
    public static void fillCache(
            RemoteDataSource remote, CodeStore store, Consumer<String> problems) {
        try {
            store.store(remote.sha256(), CodeDownload.fetchDirectly(remote));
        } catch (IOException | IllegalArgumentException e) {
            problems.accept("fetching the code: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void prepare(Worker worker) {
        if (fetcher == null) {
            fetcher = worker;
            loaded = fetch(worker);
        }
    }

    @Override
    public synchronized WorkerFilter forWorker(Worker worker) {
        prepare(worker);
        LoadedFilter known = loaded;
        if (known != null) {
            return known.forWorker(worker);
        }
        var part = new WaitingFilter(worker, refusal);
        waiting.add(part);
        if (waiting.size() == 1) {
            control.execute(this::tryAgain);
        }
        return part;
    }

    private @Nullable LoadedFilter fetch(Worker worker) {
        byte[] cached = store.find(remote.sha256());
        if (cached != null) {
            return load.apply(cached);
        }
        long pause = remote.backoffBase().toMillis();
        for (int attempt = 0; ; attempt++) {
            try {
                byte[] bytes = CodeDownload.fetch(remote, worker);
                store.store(remote.sha256(), bytes);
                return load.apply(bytes);
            } catch (IOException e) {
                problems.accept("fetching the code: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
            if (attempt >= remote.retries() || !pause(pause)) {
                return null;
            }
            pause = Math.min(pause * 2, remote.backoffMax().toMillis());
        }
    }

    private static boolean pause(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void tryAgain() {
        long millis = remote.backoffMax().toMillis();
        while (!closed && pause(millis)) {
            if (!closed && arrived()) {
                return;
            }
            millis = Math.min(millis * 2, LONGEST_PAUSE.toMillis());
        }
    }

    private synchronized boolean arrived() {
        try {
            loaded = fetcher == null ? null : fetch(fetcher);
            LoadedFilter known = loaded;
            if (known == null) {
                return false;
            }
            for (WaitingFilter part : waiting) {
                part.arrived(known.forWorker(part.worker()));
            }
        } catch (FilterLoadException e) {
            problems.accept(String.valueOf(e.getMessage()));
            return true; // the same bytes would fail again
        }
        waiting.clear();
        return true;
    }

    @Override
    public void close() {
        closed = true;
        LoadedFilter known;
        synchronized (this) {
            known = loaded;
        }
        if (known != null) {
            known.close();
        }
    }
}
