package io.postern.core.upstream;

import io.postern.config.model.Address;
import io.postern.config.model.Cluster.Endpoint;
import io.postern.config.model.Cluster.Health;
import io.postern.config.model.Cluster.LocalityEndpoints;
import io.postern.sdk.Metadata;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that are there because requests asked for them, and go when nobody has for a while. There
 * are never more than {@link #most}. Thread-safe: workers ask, the control side is told.
 */
final class AskedHosts implements HostSource {
    private final HostBook book;
    private final int most;
    private final long forgottenNanos;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanos;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private volatile @Nullable Consumer<List<HostSpec>> listener;
    private @Nullable ScheduledFuture<?> cleanup;

    /**
     * @param forgotten after so long without a request a host goes
     * @param nanos monotonic clock
     */
    AskedHosts(
            HostBook book,
            int most,
            Duration forgotten,
            ScheduledExecutorService timer,
            LongSupplier nanos) {
        this.book = book;
        this.most = most;
        this.forgottenNanos = forgotten.toNanos();
        this.timer = timer;
        this.nanos = nanos;
    }

    private static final class Entry {
        final HostSpec spec;
        volatile long usedNanos;

        Entry(HostSpec spec, long usedNanos) {
            this.spec = spec;
            this.usedNanos = usedNanos;
        }
    }

    /** The host that is there already, which was used now. */
    @Nullable HostSpec find(String key) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        entry.usedNanos = nanos.getAsLong();
        return entry.spec;
    }

    /** A host at {@code address}; null: there are too many. */
    @Nullable HostSpec add(String key, InetSocketAddress address, String hostname) {
        Entry before = entries.get(key);
        if (before != null && before.spec.address().equals(address)) {
            before.usedNanos = nanos.getAsLong();
            return before.spec;
        }
        if (before == null && entries.size() >= most) {
            return null;
        }
        HostSpec spec = spec(key, address, hostname);
        entries.put(key, new Entry(spec, nanos.getAsLong()));
        timer.execute(this::tell);
        return spec;
    }

    /** The host has another address now; when it was used does not change. */
    void renew(String key, InetSocketAddress address, String hostname) {
        Entry before = entries.get(key);
        if (before != null && !before.spec.address().equals(address)) {
            Entry next = new Entry(spec(key, address, hostname), before.usedNanos);
            if (entries.replace(key, before, next)) {
                timer.execute(this::tell);
            }
        }
    }

    /** When it was asked for last, of the monotonic clock; {@link Long#MIN_VALUE}: never. */
    long usedNanos(String key) {
        Entry entry = entries.get(key);
        return entry == null ? Long.MIN_VALUE : entry.usedNanos;
    }

    @SuppressWarnings("NullAway") // it does not see the annotation of a nested type in a class file
    private HostSpec spec(String key, InetSocketAddress address, String hostname) {
        var where = new Address.Socket(address.getHostString(), address.getPort());
        var end =
                new Endpoint(
                        where,
                        hostname,
                        1,
                        Health.UNKNOWN,
                        null,
                        Map.of(),
                        "",
                        Map.of(),
                        Map.of(),
                        Metadata.none());
        var group = new LocalityEndpoints("", "", "", 0, 0, List.of(end));
        return book.host(key, address, hostname, group, end);
    }

    @Override
    public void start(Consumer<List<HostSpec>> toTell) {
        listener = toTell;
        long period = Math.max(1, TimeUnit.NANOSECONDS.toMillis(forgottenNanos));
        timer.execute(() -> {
            tell();
            cleanup = timer.scheduleAtFixedRate(this::clean, period, period, TimeUnit.MILLISECONDS);
        });
    }

    @Override
    public void stop() {
        listener = null;
        timer.execute(() -> {
            ScheduledFuture<?> running = cleanup;
            if (running != null) {
                running.cancel(false);
            }
        });
    }

    private void clean() {
        long now = nanos.getAsLong();
        if (entries.values().removeIf(entry -> now - entry.usedNanos >= forgottenNanos)) {
            tell();
        }
    }

    private void tell() {
        Consumer<List<HostSpec>> to = listener;
        if (to != null) {
            List<HostSpec> hosts = new ArrayList<>();
            entries.values().forEach(entry -> hosts.add(entry.spec));
            to.accept(hosts);
        }
    }
}
