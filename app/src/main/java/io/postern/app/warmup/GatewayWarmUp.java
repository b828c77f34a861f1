package io.postern.app.warmup;

import io.postern.app.Turns;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Has the JVM compile the request path before clients pay for it: a second gateway in this process,
 * of which nobody knows, forwards made-up requests to itself, through instances of the same
 * plugins. It shares the code with the first one and nothing else: no metrics, no logs, no upstream
 * sees a request that nobody made.
 *
 * <p>It runs when nothing else wants the processor, for a bounded time, and ends as soon as clients
 * come.
 */
public final class GatewayWarmUp {
    /** Threads of it: the least that the kernel gives, and not for long at a time. */
    private static final Turns LEAST = new Turns(19, Duration.ofNanos(100_000));

    private static final int MOST_REQUESTS = 100_000;

    private final Plugins plugins;
    private final BooleanSupplier wanted;
    private final long mostNanos;
    private final Thread thread;
    private volatile long answered;

    private GatewayWarmUp(Plugins plugins, BooleanSupplier wanted, Duration most) {
        this.plugins = plugins;
        this.wanted = wanted;
        this.mostNanos = most.toNanos();
        thread = Thread.ofPlatform().daemon().name("warm-up").unstarted(this::run);
    }

    /**
     * Begins, on a thread of its own.
     *
     * @param plugins to be warmed, too
     * @param wanted asked between rounds of some dozen requests, on that thread; false ends it
     * @param most how long it may take
     */
    public static GatewayWarmUp begin(Plugins plugins, BooleanSupplier wanted, Duration most) {
        var warmUp = new GatewayWarmUp(plugins, wanted, most);
        warmUp.thread.start();
        return warmUp;
    }

    /** How many requests have been answered so far. Any thread. */
    long answered() {
        return answered;
    }

    /**
     * Waits for the end.
     *
     * @return false: not so soon
     */
    boolean awaitEnded(Duration longest) throws InterruptedException {
        return thread.join(longest);
    }

    private void run() {
        var _ = LEAST.takeHere();
        long begun = System.nanoTime();
        try (var gateway = WarmedGateway.start(plugins)) {
            gateway.firstWorker().execute(LEAST::takeHere);
            List<OwnRequests> fronts = gateway.connect();
            OwnRequests plain = fronts.getFirst();
            long done = 0;
            while (!fronts.isEmpty()
                    && done < MOST_REQUESTS
                    && System.nanoTime() - begun < mostNanos
                    && wanted.getAsBoolean()) {
                done += round(fronts);
                answered = done;
                leaveWhatOthersDo(plain, fronts);
            }
            fronts.forEach(OwnRequests::close);
        } catch (IOException | RuntimeException _) {
            return; // a gateway that is not warm is a gateway
        }
    }

    // Requests that pass the plugins of another front do what those without plugins do.
    private static void leaveWhatOthersDo(OwnRequests plain, List<OwnRequests> fronts) {
        if (fronts.stream().anyMatch(front -> front != plain && front.passed())
                && fronts.remove(plain)) {
            plain.close();
        }
    }

    // A front whose plugins do not answer in time is left.
    private static int round(List<OwnRequests> fronts) {
        int done = 0;
        for (OwnRequests front : List.copyOf(fronts)) {
            try {
                done += front.round();
            } catch (IOException _) {
                front.close();
                fronts.remove(front);
            }
        }
        return done;
    }
}
