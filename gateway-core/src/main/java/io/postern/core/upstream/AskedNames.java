package io.postern.core.upstream;

import io.postern.config.model.Address;
import io.postern.config.model.Cluster.NameCache;
import io.postern.core.upstream.dns.DnsAnswer;
import io.postern.core.upstream.dns.NameResolver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Names that requests ask for: looked up when the first one does, and again and again while they
 * are in use; a lookup that fails leaves the last good answer. Thread-safe.
 *
 * <p>Source: Envoy's {@code DnsCacheImpl}.
 */
final class AskedNames {
    private static final Duration LEAST_REFRESH = Duration.ofSeconds(5);

    private final NameCache config;
    private final AskedHosts hosts;
    private final NameResolver resolver;
    private final ScheduledExecutorService timer;
    private final Map<String, List<Consumer<Answer>>> asking = new ConcurrentHashMap<>();

    AskedNames(
            NameCache config,
            AskedHosts hosts,
            NameResolver resolver,
            ScheduledExecutorService timer) {
        this.config = config;
        this.hosts = hosts;
        this.resolver = resolver;
        this.timer = timer;
    }

    /** What is known of a name. */
    sealed interface Answer {
        /** It is there. */
        record Found(HostSpec host) implements Answer {}

        /** It is not. */
        record Failed(String reason) implements Answer {}

        /** There are too many names already. */
        record Overflow() implements Answer {}
    }

    NameCache config() {
        return config;
    }

    AskedHosts hosts() {
        return hosts;
    }

    /** Looks the configured names up. */
    void start() {
        for (Address.Socket name : config.preresolved()) {
            ask(name.host(), name.port(), _ -> {});
        }
    }

    /** Looks {@code name} up; {@code listener} is called once, on any thread. */
    void ask(String name, int port, Consumer<Answer> listener) {
        String key = name + ":" + port;
        boolean[] first = {false};
        asking.compute(
                key,
                (_, waiting) -> {
                    first[0] = waiting == null;
                    List<Consumer<Answer>> all = waiting == null ? new ArrayList<>() : waiting;
                    all.add(listener);
                    return all;
                });
        if (first[0]) {
            lookUp(key, name, port);
        }
    }

    private void lookUp(String key, String name, int port) {
        var late =
                timer.schedule(
                        () -> tell(key, new Answer.Failed("timeout")),
                        Math.max(1, config.queryTimeout().toMillis()),
                        TimeUnit.MILLISECONDS);
        resolver.resolve(
                name,
                config.lookups().family(),
                answer -> {
                    late.cancel(false);
                    tell(key, use(key, name, port, answer));
                });
    }

    private Answer use(String key, String name, int port, DnsAnswer answer) {
        if (!(answer instanceof DnsAnswer.Found(var addresses, Duration ttl))
                || addresses.isEmpty()) {
            return new Answer.Failed(
                    answer instanceof DnsAnswer.Failed(String reason) ? reason : "no address");
        }
        var address = new InetSocketAddress(addresses.getFirst(), port);
        HostSpec host = hosts.add(key, address, name);
        if (host == null) {
            return new Answer.Overflow();
        }
        Duration rate = config.lookups().refreshRate();
        Duration wait = ttl.isZero() ? rate : ttl;
        Duration least = LEAST_REFRESH.compareTo(rate) < 0 ? LEAST_REFRESH : rate;
        refreshAfter(wait.compareTo(least) < 0 ? least : wait, key, name, port);
        return new Answer.Found(host);
    }

    private void refreshAfter(Duration wait, String key, String name, int port) {
        var _ =
                timer.schedule(
                        () -> refresh(key, name, port), wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    // A name that nobody asked for is let go by the hosts' own cleanup.
    private void refresh(String key, String name, int port) {
        long used = hosts.usedNanos(key);
        if (used == Long.MIN_VALUE) {
            return;
        }
        resolver.resolve(
                name,
                config.lookups().family(),
                answer -> {
                    if (answer instanceof DnsAnswer.Found(var addresses, var _)
                            && !addresses.isEmpty()) {
                        hosts.renew(key, new InetSocketAddress(addresses.getFirst(), port), name);
                    }
                    refreshAfter(config.lookups().refreshRate(), key, name, port);
                });
    }

    private void tell(String key, Answer answer) {
        List<Consumer<Answer>> waiting = asking.remove(key);
        if (waiting != null) {
            waiting.forEach(listener -> listener.accept(answer));
        }
    }
}
