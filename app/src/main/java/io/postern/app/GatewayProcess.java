package io.postern.app;

import io.postern.app.Assembly.Surroundings;
import io.postern.app.warmup.GatewayWarmUp;
import io.postern.config.LoadResult;
import io.postern.config.source.xds.DiscoveryTransport;
import io.postern.core.Gateway;
import io.postern.core.listener.ActiveListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A gateway and its end: SIGTERM and SIGINT stop accepting, let what is in flight finish, then end
 * the process. Control threads.
 */
public final class GatewayProcess {
    private static final int CONNECTIONS_OF_PROBES = 16;

    private final Assembly assembly;
    private final Duration drainTime;
    private final Log log;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean stopping;

    private GatewayProcess(Assembly assembly, Duration drainTime, Log log) {
        this.assembly = assembly;
        this.drainTime = drainTime;
        this.log = log;
    }

    /**
     * Starts serving and takes over the signals.
     *
     * @param preload what has been begun meanwhile
     */
    public static GatewayProcess start(
            LoadResult.Loaded config, int workers, Gateway.Drain drain, Log log, Preload preload) {
        var around = new Surroundings(new SpanLog(log), preload.engine(), null, Succession.NONE);
        return start(config, workers, drain, log, around);
    }

    /**
     * The same.
     *
     * @param around what it does not make itself
     */
    static GatewayProcess start(
            LoadResult.Loaded config,
            int workers,
            Gateway.Drain drain,
            Log log,
            Surroundings around) {
        var assembly = new Assembly(config, workers, drain, log, around);
        var process = start(assembly, workers, drain, log);
        assembly.whenReady(() -> around.succession().endParent(log));
        return process;
    }

    /**
     * The same with a management server in this process.
     *
     * @param management how it is reached
     * @param patience how long it may be silent before what is on disk is served
     * @param preload what has been begun meanwhile
     */
    public static GatewayProcess startManaged(
            LoadResult.Loaded config,
            int workers,
            Gateway.Drain drain,
            Log log,
            DiscoveryTransport management,
            Duration patience,
            Preload preload) {
        var around =
                new Surroundings(
                        new SpanLog(log),
                        preload.engine(),
                        new Assembly.Management(management, patience),
                        Succession.NONE);
        return start(config, workers, drain, log, around);
    }

    private static GatewayProcess start(
            Assembly assembly, int workers, Gateway.Drain drain, Log log) {
        var process = new GatewayProcess(assembly, drain.time(), log);
        for (ActiveListener listener : process.assembly.gateway().listeners()) {
            log.info(
                    "main", "listener '" + listener.config().name() + "' on " + listener.address());
        }
        log.info("main", "serving with " + workers + " worker(s)");
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("drain").unstarted(process::stop));
        return process;
    }

    /** Drains and ends; returns when it is done. Works once. */
    public void stop() {
        if (stopped.getCount() == 0) {
            return;
        }
        stopping = true;
        log.info("main", "draining");
        assembly.drain();
        try {
            if (!assembly.gateway().awaitDrained(drainTime)) {
                log.warn("main", "requests still open after " + drainTime.toSeconds() + " s");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        assembly.close();
        log.info("main", "stopped");
        stopped.countDown();
    }

    /** Waits for the end. */
    public void awaitStopped() throws InterruptedException {
        stopped.await();
    }

    /** Whether there is something on disk that may be served before a server is heard. */
    public boolean hasLastGood() {
        return assembly.hasLastGood();
    }

    /** Runs a task when everything that a start waits for is served, or now; on any thread. */
    public void whenReady(Runnable task) {
        assembly.whenReady(task);
    }

    /**
     * Waits until everything that a start waits for is served.
     *
     * @return false: not so soon
     */
    public boolean awaitReady(Duration most) throws InterruptedException {
        var ready = new CountDownLatch(1);
        whenReady(ready::countDown);
        return ready.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Uses the time until clients come to have its code compiled, as soon as it is ready: for as
     * many seconds as {@code postern.warmup.seconds} says, which the launcher sets.
     */
    public void warmUp() {
        Duration most = Duration.ofSeconds(Integer.getInteger("postern.warmup.seconds", 0));
        if (most.isPositive()) {
            whenReady(() -> GatewayWarmUp.begin(assembly.pluginsToWarm(), this::isQuiet, most));
        }
    }

    // A probe or two may have come.
    private boolean isQuiet() {
        return !stopping && assembly.gateway().connectionsAccepted() <= CONNECTIONS_OF_PROBES;
    }

    /** Where its listeners listen, in the order of the configuration. */
    public List<SocketAddress> addresses() {
        return assembly.gateway().listeners().stream().map(ActiveListener::address).toList();
    }

    /** Where its admin server listens; null when there is none. */
    public @Nullable String adminAddress() {
        return assembly.adminAddress();
    }

    /** Envoy's --admin-address-path. */
    void writeAdminAddress(@Nullable Path file) {
        String address = assembly.adminAddress();
        if (file == null || address == null) {
            return;
        }
        try {
            Files.writeString(file, address);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "--admin-address-path " + file + ": " + e.getMessage(), e);
        }
    }
}
