package io.postern.core.upstream.dns;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsCacheEntry;
import io.netty.resolver.dns.NoopDnsCache;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Caches nothing, but keeps the shortest time to live of each answer, which Netty tells its caches
 * only. Confined to the resolver's event loop.
 */
final class TtlNotes implements DnsCache {
    private static final int MOST = 10_000; // answers that nobody took: lookups that failed later

    private final DnsCache nothing = NoopDnsCache.INSTANCE;
    private final Map<String, Long> seconds = new HashMap<>();

    /** The shortest of the answers to {@code name}, which may have got a search suffix; or zero. */
    Duration take(String name) {
        long shortest = Long.MAX_VALUE;
        for (Entry<String, Long> note : seconds.entrySet()) {
            if (isOf(note.getKey(), name)) {
                shortest = Math.min(shortest, note.getValue());
            }
        }
        seconds.keySet().removeIf(asked -> isOf(asked, name));
        return shortest == Long.MAX_VALUE ? Duration.ZERO : Duration.ofSeconds(shortest);
    }

    private static boolean isOf(String asked, String name) {
        return asked.equalsIgnoreCase(name)
                || (asked.length() > name.length()
                        && asked.charAt(name.length()) == '.'
                        && asked.regionMatches(true, 0, name, 0, name.length()));
    }

    @Override
    public DnsCacheEntry cache(
            String hostname,
            DnsRecord @Nullable [] additionals,
            InetAddress address,
            long originalTtl,
            EventLoop loop) {
        if (seconds.size() < MOST) {
            seconds.merge(hostname, originalTtl, Math::min);
        }
        return nothing.cache(hostname, additionals, address, originalTtl, loop);
    }

    @Override
    public DnsCacheEntry cache(
            String hostname, DnsRecord @Nullable [] additionals, Throwable cause, EventLoop loop) {
        return nothing.cache(hostname, additionals, cause, loop);
    }

    @Override
    public List<? extends DnsCacheEntry> get(String hostname, DnsRecord @Nullable [] additionals) {
        return nothing.get(hostname, additionals);
    }

    @Override
    public void clear() {
        seconds.clear();
    }

    @Override
    public boolean clear(String hostname) {
        return false;
    }
}
