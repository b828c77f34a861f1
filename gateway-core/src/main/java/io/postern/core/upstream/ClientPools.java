package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pools of a host whose connections only requests of one client's connection share: because they
 * begin with a PROXY header that names it, or because the cluster wants it so. A pool is forgotten
 * when its last connection has gone, so that there are no more of them than connections and waiting
 * requests. Confined to the event loop.
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
     * @param peers who a PROXY header names; null: there is none
     * @param onEmpty called when nothing is open and nobody waits
     */
    record Client(@Nullable ProxiedPeers peers, Runnable onEmpty) {}

    /**
     * Whose requests share a pool.
     *
     * @param peers null: it does not matter who they are
     * @param connection number of the client's connection; -1: it does not matter
     */
    record Sharing(@Nullable ProxiedPeers peers, long connection) {
        /** Null: everybody's. */
        static @Nullable Sharing of(Cluster.Sockets sockets, LoadBalancerContext context) {
            ProxiedPeers peers = sockets.proxyHeader() == null ? null : context.proxied();
            long connection = sockets.perClient() ? context.connectionId() : -1;
            return peers == null && connection < 0 ? null : new Sharing(peers, connection);
        }
    }

    private record Key(Offer offer, boolean highPriority, Sharing sharing) {}

    StreamPool pool(Offer offer, boolean highPriority, Sharing sharing) {
        Key key = new Key(offer, highPriority, sharing);
        StreamPool pool = pools.get(key);
        if (pool == null) {
            pool =
                    new StreamPool(
                            host,
                            offer,
                            cluster.limits(highPriority),
                            cluster,
                            new Client(sharing.peers(), () -> pools.remove(key)));
            pools.put(key, pool);
        }
        return pool;
    }

    void each(Consumer<StreamPool> action) {
        List.copyOf(pools.values()).forEach(action);
    }
}
