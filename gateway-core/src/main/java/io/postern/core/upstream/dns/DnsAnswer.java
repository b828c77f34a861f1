package io.postern.core.upstream.dns;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** What came of a lookup. Thread-safe: immutable. */
public sealed interface DnsAnswer {
    /**
     * The DNS answered.
     *
     * @param addresses empty: there is no such name, or it has no address of that family
     * @param ttl the shortest of the records; zero: not known
     */
    record Found(List<InetAddress> addresses, Duration ttl) implements DnsAnswer {
        public Found {
            addresses = List.copyOf(addresses);
        }
    }

    /** Nobody answered, or not usefully: what was known before still holds. */
    record Failed(String reason) implements DnsAnswer {}
}
