package io.postern.filters.wasm.abi;

/** The Redis calls of one root context. Confined to the thread that runs the guest. */
public interface RedisCallouts {
    /**
     * Makes a cluster known as a Redis.
     *
     * @param target name of the cluster, maybe with {@code ?db=1} and other parameters behind it
     * @return a {@link Status}
     */
    int init(String target, String username, String password, int timeoutMillis);

    /**
     * Sends a command.
     *
     * @param query in RESP, as it goes over the wire; handed over
     * @return the token, or a negated {@link Status}
     */
    int call(String target, byte[] query);
}
