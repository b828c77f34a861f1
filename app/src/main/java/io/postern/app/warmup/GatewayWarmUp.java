package io.postern.app.warmup;

import io.postern.app.Turns;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.model.Bootstrap;
import io.postern.config.model.RuntimeSnapshot;
import io.postern.core.Gateway;
import io.postern.core.filter.FilterRegistry;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.observe.AccessLogs;
import io.postern.core.observe.StatStore;
import io.postern.core.rollout.Rollouts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Has the JVM compile the request path before clients pay for it: a second gateway in this process,
 * of which nobody knows, forwards made-up requests to itself. It shares the code with the first one
 * and nothing else: no metrics, no logs, no upstream sees a request that nobody made.
 *
 * <p>It runs when nothing else wants the processor, for a bounded time, and ends as soon as clients
 * come.
 */
public final class GatewayWarmUp {
    /** Threads of it: the least that the kernel gives, and not for long at a time. */
    private static final Turns LEAST = new Turns(19, Duration.ofNanos(100_000));

    private static final int MOST_REQUESTS = 100_000;
    private static final int NO_PORT = 0;

    private final BooleanSupplier wanted;
    private final long mostNanos;
    private final Thread thread;
    private volatile long answered;

    private GatewayWarmUp(BooleanSupplier wanted, Duration most) {
        this.wanted = wanted;
        this.mostNanos = most.toNanos();
        thread = Thread.ofPlatform().daemon().name("warm-up").unstarted(this::run);
    }

    /**
     * Begins, on a thread of its own.
     *
     * @param wanted asked between rounds of some dozen requests, on that thread; false ends it
     * @param most how long it may take
     */
    public static GatewayWarmUp begin(BooleanSupplier wanted, Duration most) {
        var warmUp = new GatewayWarmUp(wanted, most);
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
        var stats = new StatStore(1);
        try (Gateway gateway = Gateway.start(config(NO_PORT), settings(stats))) {
            gateway.firstWorker().execute(LEAST::takeHere);
            Bootstrap whole = config(portOf(gateway, "back"));
            gateway.apply(new RuntimeSnapshot(whole.listeners(), whole.clusters()));
            try (var requests = new OwnRequests(addressOf(gateway, "front"))) {
                long done = 0;
                while (done < MOST_REQUESTS
                        && System.nanoTime() - begun < mostNanos
                        && wanted.getAsBoolean()) {
                    done += requests.round();
                    answered = done;
                }
            }
        } catch (IOException | RuntimeException _) {
            return; // a gateway that is not warm is a gateway
        }
    }

    private static Gateway.Settings settings(StatStore stats) {
        return new Gateway.Settings(
                1,
                new FilterRegistry(List.of(), new Rollouts((_, _) -> {})),
                stats,
                new AccessLogs(stats),
                new FormatEnvironment("-", _ -> null),
                (name, _, _) -> {
                    throw new IllegalArgumentException(name);
                },
                Clock.systemUTC(),
                new Gateway.Drain(Duration.ZERO, false));
    }

    // Without a port the listener that answers is alone.
    private static Bootstrap config(int backPort) {
        String text = text().replace("${BACK_PORT}", Integer.toString(backPort));
        LoadResult result = new ConfigFile(Map.of()).loadYaml("warm-up", text);
        if (!(result instanceof LoadResult.Loaded(Bootstrap bootstrap, _, _, _))) {
            throw new IllegalStateException("bug: " + result.errors());
        }
        if (backPort != NO_PORT) {
            return bootstrap;
        }
        return new Bootstrap(
                bootstrap.node(),
                null,
                bootstrap.listeners().subList(0, 1),
                List.of(),
                bootstrap.services(),
                bootstrap.dynamic(),
                null,
                bootstrap.localCluster());
    }

    private static String text() {
        try (InputStream in = GatewayWarmUp.class.getResourceAsStream("gateway.yaml")) {
            if (in == null) {
                throw new IllegalStateException("bug: gateway.yaml is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int portOf(Gateway gateway, String listener) {
        return ((InetSocketAddress) addressOf(gateway, listener)).getPort();
    }

    private static SocketAddress addressOf(Gateway gateway, String listener) {
        SocketAddress address =
                gateway.listeners().stream()
                        .filter(each -> each.config().name().equals(listener))
                        .findFirst()
                        .orElseThrow()
                        .address();
        return Objects.requireNonNull(address, "bug: not bound");
    }
}
