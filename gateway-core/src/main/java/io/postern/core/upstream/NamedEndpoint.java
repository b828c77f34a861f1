package io.postern.core.upstream;

import io.postern.config.model.Address;
import io.postern.config.model.Cluster.DnsLookups;
import io.postern.core.upstream.dns.DnsAnswer;
import io.postern.core.upstream.dns.NameResolver;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A name that is looked up again and again. A failed lookup leaves the last good answer as it is.
 * Confined to {@code timer}, the control side's thread for DNS.
 */
final class NamedEndpoint {
    private final Address.Socket where;
    private final DnsLookups lookups;
    private final SplittableRandom random = new SplittableRandom();
    private final NameResolver names;
    private final ScheduledExecutorService timer;
    private final Listener listener;
    private List<InetAddress> addresses = List.of();
    private Duration failureWait;
    private boolean answered;
    private boolean stopped;

    /**
     * Who hears of lookups.
     *
     * @param onAnswer called after every one, whatever came of it
     * @param count counts what happened, by the name of the counter
     */
    record Listener(Runnable onAnswer, Consumer<String> count) {}

    NamedEndpoint(
            Address.Socket where,
            DnsLookups lookups,
            NameResolver names,
            ScheduledExecutorService timer,
            Listener listener) {
        this.where = where;
        this.lookups = lookups;
        this.failureWait = lookups.failureBase();
        this.names = names;
        this.timer = timer;
        this.listener = listener;
    }

    /** When to ask again: by the TTL, by the rate, or sooner and sooner rarer after failures. */
    private long waitMillis(DnsAnswer answer) {
        Duration wait = lookups.refreshRate();
        if (answer instanceof DnsAnswer.Failed) {
            wait = failureWait;
            Duration doubled = wait.multipliedBy(2);
            failureWait =
                    doubled.compareTo(lookups.failureMax()) > 0 ? lookups.failureMax() : doubled;
        } else {
            failureWait = lookups.failureBase();
            if (lookups.respectTtl()
                    && answer instanceof DnsAnswer.Found(_, Duration ttl)
                    && !ttl.isZero()) {
                wait = ttl;
            }
        }
        long jitter = lookups.jitter().toMillis();
        return wait.toMillis() + (jitter > 0 ? random.nextLong(jitter) : 0);
    }

    void lookUp() {
        if (!stopped) {
            listener.count().accept("update_attempt");
            names.resolve(
                    where.host(),
                    lookups.family(),
                    answer -> timer.execute(() -> onAnswer(answer)));
        }
    }

    void stop() {
        stopped = true;
    }

    /** Whether the first lookup is over, well or not. */
    boolean isAnswered() {
        return answered;
    }

    String name() {
        return where.host();
    }

    int port() {
        return where.port();
    }

    /** Of the last good answer. */
    List<InetAddress> addresses() {
        return addresses;
    }

    private void onAnswer(DnsAnswer answer) {
        if (stopped) {
            return;
        }
        answered = true;
        listener.count()
                .accept(
                        switch (answer) {
                            case DnsAnswer.Found found ->
                                    found.addresses().isEmpty() ? "update_empty" : "update_success";
                            case DnsAnswer.Failed _ -> "update_failure";
                        });
        if (answer instanceof DnsAnswer.Found found) {
            addresses = found.addresses();
        }
        var _ = timer.schedule(this::lookUp, waitMillis(answer), TimeUnit.MILLISECONDS);
        listener.onAnswer().run();
    }
}
