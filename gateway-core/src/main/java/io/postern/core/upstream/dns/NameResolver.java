package io.postern.core.upstream.dns;

import io.postern.config.model.Address;
import io.postern.config.model.Cluster.DnsFamily;
import java.util.List;
import java.util.function.Consumer;

/** Looks names up. Thread-safe. */
@FunctionalInterface
public interface NameResolver {
    /** Asks for the addresses of {@code name}; {@code listener} is called once, on any thread. */
    void resolve(String name, DnsFamily family, Consumer<DnsAnswer> listener);

    /** The same with other name servers; empty: the system's. It is this one's to close. */
    default NameResolver asking(List<Address.Socket> servers) {
        return this;
    }
}
