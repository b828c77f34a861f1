package io.postern.core.upstream;

import io.postern.config.model.Address;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.Cluster.DnsFamily;
import io.postern.core.upstream.dns.DnsAnswer;
import io.postern.core.upstream.dns.NameResolver;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A name that is looked up again and again. A failed lookup leaves the last good answer as it is.
 * Confined to {@code timer}, the control side's thread for DNS.
 */
final class NamedEndpoint {
    private final Address.Socket where;
    private final Schedule schedule;
    private final NameResolver names;
    private final ScheduledExecutorService timer;
    private final Runnable onAnswer;
    private List<InetAddress> addresses = List.of();
    private boolean answered;
    private boolean stopped;

    /**
     * @param onAnswer called after every lookup, whatever came of it
     */
    NamedEndpoint(
            Address.Socket where,
            Schedule schedule,
            NameResolver names,
            ScheduledExecutorService timer,
            Runnable onAnswer) {
        this.where = where;
        this.schedule = schedule;
        this.names = names;
        this.timer = timer;
        this.onAnswer = onAnswer;
    }

    /** How often to ask for what. */
    record Schedule(Duration refreshRate, boolean respectTtl, DnsFamily family) {
        static Schedule of(Discovery.StrictDns dns) {
            return new Schedule(dns.refreshRate(), dns.respectTtl(), dns.family());
        }

        static Schedule of(Discovery.LogicalDns dns) {
            return new Schedule(dns.refreshRate(), dns.respectTtl(), dns.family());
        }

        private Duration after(DnsAnswer answer) {
            return respectTtl && answer instanceof DnsAnswer.Found(_, Duration ttl) && !ttl.isZero()
                    ? ttl
                    : refreshRate;
        }
    }

    void lookUp() {
        if (!stopped) {
            names.resolve(
                    where.host(),
                    schedule.family(),
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
        if (answer instanceof DnsAnswer.Found found) {
            addresses = found.addresses();
        }
        var _ =
                timer.schedule(
                        this::lookUp, schedule.after(answer).toMillis(), TimeUnit.MILLISECONDS);
        onAnswer.run();
    }
}
