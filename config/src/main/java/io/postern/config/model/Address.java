package io.postern.config.model;

/**
 * Where to listen or connect to.
 *
 * <p>Source: {@code envoy.config.core.v3.Address}.
 */
public sealed interface Address {
    /**
     * An IP address or, for STRICT_DNS and LOGICAL_DNS endpoints, a host name.
     *
     * @param host IPv4, IPv6 without brackets, or a name
     * @param port 0 to 65535; 0 when listening lets the system choose
     */
    record Socket(String host, int port) implements Address {
        @Override
        public String toString() {
            return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        }
    }

    /** A Unix domain socket. */
    record Pipe(String path) implements Address {
        @Override
        public String toString() {
            return path;
        }
    }
}
