package io.postern.core.upstream.dns;

import io.postern.config.model.Cluster.DnsFamily;
import java.util.function.Consumer;

/** Looks names up. Thread-safe. */
@FunctionalInterface
public interface NameResolver {
    /** Asks for the addresses of {@code name}; {@code listener} is called once, on any thread. */
    void resolve(String name, DnsFamily family, Consumer<DnsAnswer> listener);
}
