package io.postern.app;

import io.postern.config.envoy.LiveResources;
import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.envoy.StaticParts;
import io.postern.config.model.Bootstrap;
import io.postern.config.model.RuntimeLayers;
import io.postern.config.snapshot.ConfigLog;
import io.postern.config.snapshot.LiveConfig;
import io.postern.config.snapshot.LiveParts;
import io.postern.config.snapshot.SnapshotTarget;
import io.postern.config.source.xds.DiscoveryTransport;
import io.postern.config.source.xds.Identity;
import io.postern.config.source.xds.XdsClient;
import io.postern.core.Gateway;
import io.postern.sdk.Metrics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A configuration that changes while it is served: its thread, its sources, its state. */
final class LiveUpdates implements AutoCloseable {
    private static final int MOST_SECONDS = 30;

    private final Gateway gateway;
    private final ControlThread control;
    private final LiveConfig live;
    private final XdsClient client;

    LiveUpdates(
            Bootstrap config,
            StaticParts parts,
            Gateway gateway,
            DiscoveryTransport transport,
            Duration patience,
            Metrics metrics,
            Path cache,
            Clock clock,
            Log log) {
        this.gateway = gateway;
        control = new ControlThread(log);
        var identity = new Identity(config.node(), Version.text());
        live =
                new LiveConfig(
                        config.dynamic(),
                        parts,
                        new LiveParts(
                                new ResourceTranslator(System.getenv()),
                                next -> outcome(gateway.apply(next)),
                                control,
                                clock,
                                metrics,
                                logTo(log),
                                patience,
                                identity.key(),
                                cache.resolve("last-good").resolve(fileName(identity.key()))));
        client =
                new XdsClient(
                        config.dynamic().ads(),
                        transport,
                        control,
                        identity,
                        live,
                        metrics,
                        new SplittableRandom());
    }

    void start() {
        gateway.askVirtualHostsWith((source, table, host, answered) ->
                control.execute(() -> live.demand(source, table, host, answered)));
        control.execute(() -> live.start(client));
    }

    /** Whether everything that a start waits for is served; any thread. */
    boolean ready() {
        return live.ready();
    }

    /** Runs a task when {@link #ready} begins to be true. */
    void whenReady(Runnable task) {
        live.whenReady(task);
    }

    /** Whether there is something on disk that may be served before a server is heard. */
    boolean hasLastGood() {
        return live.hasLastGood();
    }

    /** What was delivered. */
    LiveResources resources() {
        return onControl(live::resources);
    }

    /** The runtime layers; any thread. */
    RuntimeLayers runtime() {
        return live.runtime();
    }

    /** Changes the runtime's admin layer; what was made with it is served when this returns. */
    void modifyRuntime(Map<String, String> changes) {
        onControl(() -> {
            live.modifyRuntime(changes);
            return true;
        });
    }

    private <T> T onControl(Callable<T> question) {
        var answer = new FutureTask<>(question);
        control.execute(answer);
        try {
            return answer.get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the configuration is busy or failed: " + e, e);
        }
    }

    private static SnapshotTarget.Outcome outcome(Gateway.Applied applied) {
        return new SnapshotTarget.Outcome(applied.clusterErrors(), applied.listenerErrors());
    }

    private static ConfigLog logTo(Log log) {
        return new ConfigLog() {
            @Override
            public void warn(String text) {
                log.warn("config", text);
            }

            @Override
            public void info(String text) {
                log.info("config", text);
            }
        };
    }

    // Two gateways of one machine with different nodes do not share a file.
    private static String fileName(String node) {
        return node.replaceAll("[^A-Za-z0-9.-]", "_")
                + "-"
                + Integer.toHexString(node.hashCode())
                + ".xds";
    }

    @Override
    public void close() {
        control.closeAfter(() -> {
            client.close();
            live.close();
        });
    }
}
