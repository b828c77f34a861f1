package io.postern.filters.wasm;

import io.postern.config.model.WasmSpec;
import io.postern.config.model.WasmSpec.Code.Remote;
import io.postern.filters.wasm.vm.PluginLog;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A plugin whose module is fetched when the first worker asks, with the retries that are
 * configured. As in Envoy the listener opens without it when that fails; other than there it is
 * tried again in the background until the module is there. Thread-safe.
 */
final class RemotePlugin implements LoadedFilter {
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final WasmSpec spec;
    private final Remote remote;
    private final CodeStore store;
    private final PluginLog log;
    private final Executor control;
    private final Function<byte[], LoadedFilter> compile;

    // Guarded by this; held while a module is fetched and compiled, on control threads only.
    private final List<RemoteOnWorker> waiting = new ArrayList<>();
    private @Nullable LoadedFilter loaded;
    private boolean tried;
    private volatile boolean closed;

    /** {@code compile} makes a plugin of the module's bytes. */
    RemotePlugin(
            WasmSpec spec,
            Remote remote,
            CodeStore store,
            PluginLog log,
            Executor control,
            Function<byte[], LoadedFilter> compile) {
        this.spec = spec;
        this.remote = remote;
        this.store = store;
        this.log = log;
        this.control = control;
        this.compile = compile;
    }

    @Override
    public synchronized WorkerFilter forWorker(Worker worker) {
        if (!tried) {
            tried = true;
            loaded = fetch(worker);
        }
        LoadedFilter known = loaded;
        if (known != null) {
            return known.forWorker(worker);
        }
        var part = new RemoteOnWorker(worker, spec.failurePolicy());
        waiting.add(part);
        if (waiting.size() == 1) {
            control.execute(() -> tryAgain(worker));
        }
        return part;
    }

    private @Nullable LoadedFilter fetch(Worker worker) {
        byte[] cached = store.find(remote.sha256());
        if (cached != null) {
            return compile.apply(cached);
        }
        long pause = remote.backoffBase().toMillis();
        for (int attempt = 0; ; attempt++) {
            try {
                byte[] bytes = CodeDownload.fetch(remote, worker);
                store.store(remote.sha256(), bytes);
                return compile.apply(bytes);
            } catch (IOException e) {
                log.log(PluginLog.ERROR, spec.name(), "fetching the module: " + e.getMessage());
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

    private void tryAgain(Worker worker) {
        long millis = remote.backoffMax().toMillis();
        while (!closed && pause(millis)) {
            if (!closed && arrived(worker)) {
                return;
            }
            millis = Math.min(millis * 2, LONGEST_PAUSE.toMillis());
        }
    }

    private synchronized boolean arrived(Worker worker) {
        try {
            loaded = fetch(worker);
            LoadedFilter known = loaded;
            if (known == null) {
                return false;
            }
            for (RemoteOnWorker part : waiting) {
                part.arrived(known.forWorker(part.worker()));
            }
        } catch (FilterLoadException e) {
            log.log(PluginLog.ERROR, spec.name(), String.valueOf(e.getMessage()));
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
