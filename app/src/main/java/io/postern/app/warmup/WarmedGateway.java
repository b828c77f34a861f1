package io.postern.app.warmup;

import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.model.Bootstrap;
import io.postern.config.model.FilterChain;
import io.postern.config.model.HttpFilter;
import io.postern.config.model.Listener;
import io.postern.config.model.RuntimeSnapshot;
import io.postern.core.Gateway;
import io.postern.core.filter.FilterRegistry;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.listener.ActiveListener;
import io.postern.core.observe.AccessLogs;
import io.postern.core.observe.StatStore;
import io.postern.core.rollout.Rollouts;
import io.postern.core.runtime.WorkerLoop;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The gateway that is warmed. Listeners in front, one without plugins and one for each chain of
 * them, forward to one that answers. For one thread.
 */
final class WarmedGateway implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int NO_PORT = 0;
    private static final String BACK = "back";
    private static final String FRONT = "front";

    private final Gateway gateway;

    private WarmedGateway(Gateway gateway) {
        this.gateway = gateway;
    }

    /** Starts it. A chain that cannot be loaded has no listener. */
    static WarmedGateway start(Plugins plugins) {
        Bootstrap first = config(NO_PORT);
        Bootstrap backAlone =
                new Bootstrap(
                        first.node(),
                        null,
                        List.of(named(BACK, first)),
                        List.of(),
                        first.services(),
                        first.dynamic(),
                        null,
                        first.localCluster());
        var warmed = new WarmedGateway(Gateway.start(backAlone, settings(plugins)));
        try {
            Bootstrap whole = config(warmed.backPort());
            warmed.gateway.apply(
                    new RuntimeSnapshot(
                            listeners(whole, spared() ? plugins.chains() : List.of()),
                            whole.clusters()));
        } catch (RuntimeException e) {
            warmed.close();
            throw e;
        }
        return warmed;
    }

    // One more instance of each plugin has to fit well.
    private static boolean spared() {
        Runtime memory = Runtime.getRuntime();
        long taken = memory.totalMemory() - memory.freeMemory();
        return taken < memory.maxMemory() / 2;
    }

    private static Gateway.Settings settings(Plugins plugins) {
        var stats = new StatStore(1);
        return new Gateway.Settings(
                1,
                new FilterRegistry(plugins.factories(), new Rollouts((_, _) -> {})),
                stats,
                new AccessLogs(stats),
                new FormatEnvironment("-", _ -> null),
                (name, _, _) -> {
                    throw new IllegalArgumentException(name);
                },
                Clock.systemUTC(),
                new Gateway.Drain(Duration.ZERO, false));
    }

    private static List<Listener> listeners(Bootstrap config, List<List<HttpFilter>> chains) {
        List<Listener> all = new ArrayList<>(config.listeners());
        Listener front = named(FRONT, config);
        FilterChain plain = front.filterChains().getFirst();
        for (List<HttpFilter> chain : chains) {
            all.add(
                    front.withFilterChains(List.of(plain.withHttpFilters(chain)))
                            .withName(FRONT + all.size()));
        }
        return all;
    }

    private static Listener named(String name, Bootstrap config) {
        return config.listeners().stream()
                .filter(listener -> listener.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Bootstrap config(int backPort) {
        String text = text().replace("${BACK_PORT}", Integer.toString(backPort));
        LoadResult result = new ConfigFile(Map.of()).loadYaml("warm-up", text);
        if (!(result instanceof LoadResult.Loaded(Bootstrap bootstrap, _, _, _))) {
            throw new IllegalStateException("bug: " + result.errors());
        }
        return bootstrap;
    }

    private static String text() {
        try (InputStream in = WarmedGateway.class.getResourceAsStream("gateway.yaml")) {
            if (in == null) {
                throw new IllegalStateException("bug: gateway.yaml is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where all its work is done. */
    WorkerLoop firstWorker() {
        return gateway.firstWorker();
    }

    /** Clients of the listeners in front; to be closed. */
    List<OwnRequests> connect() throws IOException {
        List<OwnRequests> clients = new ArrayList<>();
        try {
            for (ActiveListener listener : gateway.listeners()) {
                if (!listener.config().name().equals(BACK)) {
                    clients.add(new OwnRequests(addressOf(listener), PATIENCE));
                }
            }
            return clients;
        } catch (IOException e) {
            clients.forEach(OwnRequests::close);
            throw e;
        }
    }

    private static InetSocketAddress addressOf(ActiveListener listener) {
        return (InetSocketAddress) Objects.requireNonNull(listener.address(), "bug: not bound");
    }

    private int backPort() {
        ActiveListener back =
                gateway.listeners().stream()
                        .filter(each -> each.config().name().equals(BACK))
                        .findFirst()
                        .orElseThrow();
        return addressOf(back).getPort();
    }

    @Override
    public void close() {
        gateway.close();
    }
}
