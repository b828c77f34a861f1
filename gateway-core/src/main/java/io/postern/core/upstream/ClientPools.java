package io.postern.core.upstream;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Pools of a host whose connections begin with a PROXY header: only requests of one client's
 * connection share them. A pool is forgotten when its last connection has gone, so that there are
 * no more of them than connections and waiting requests. Confined to the event loop.
 *
 * <p>Source: Envoy hashes the transport socket's options into the key of a pool.
 */
final class ClientPools {
    private final HostOnWorker host;
    private final ClusterOnWorker cluster;
    private final Map<Key, StreamPool> pools = new HashMap<>();

    ClientPools(HostOnWorker host, ClusterOnWorker cluster) {
        this.host = host;
        this.cluster = cluster;
    }

    /**
     * A client with a pool of its own.
     *
     * @param onEmpty called when nothing is open and nobody waits
     */
    record Client(ProxiedPeers peers, Runnable onEmpty) {}

    private record Key(Offer offer, boolean highPriority, ProxiedPeers client) {}

    StreamPool pool(Offer offer, boolean highPriority, ProxiedPeers client) {
        Key key = new Key(offer, highPriority, client);
        StreamPool pool = pools.get(key);
        if (pool == null) {
            pool =
                    new StreamPool(
                            host,
                            offer,
                            cluster.limits(highPriority),
                            cluster,
                            new Client(client, () -> pools.remove(key)));
            pools.put(key, pool);
        }
        return pool;
    }

    void each(Consumer<StreamPool> action) {
        List.copyOf(pools.values()).forEach(action);
    }
}
