package io.postern.core.upstream;

import io.postern.core.upstream.HostTally.Count;
import io.postern.core.upstream.outlier.OutlierMonitor;
import io.postern.sdk.Locality;
import io.postern.sdk.Metadata;
import java.net.SocketAddress;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A host with its pools on one worker. Confined to the event loop. */
final class HostOnWorker implements UpstreamHost {
    private static final int FIRST_ERROR_STATUS = 500;

    private final ClusterOnWorker cluster;
    private final @Nullable StreamPool[] pools = new StreamPool[2 * Offer.COUNT];
    private @Nullable ClientPools clientPools; // only where connections name clients
    private final HostTally.Cells tally;
    private final @Nullable OutlierMonitor monitor;
    private HostSpec spec;
    private int activeStreams;

    HostOnWorker(ClusterOnWorker cluster, HostSpec spec, int worker) {
        this.cluster = cluster;
        this.spec = spec;
        this.tally = spec.tally().cells(worker);
        this.monitor = spec.state().monitor();
    }

    HostSpec spec() {
        return spec;
    }

    /** Weight, health or (LOGICAL_DNS) address have changed; open connections stay. */
    void spec(HostSpec changed) {
        spec = changed;
    }

    StreamPool pool(Offer offer, boolean highPriority) {
        int index = 2 * offer.slot() + (highPriority ? 1 : 0);
        StreamPool pool = pools[index];
        if (pool == null) {
            pool = new StreamPool(this, offer, cluster.limits(highPriority), cluster, null);
            pools[index] = pool;
        }
        return pool;
    }

    /** The pool of one client. */
    StreamPool pool(Offer offer, boolean highPriority, ClientPools.Sharing sharing) {
        ClientPools own = clientPools;
        if (own == null) {
            own = new ClientPools(this, cluster);
            clientPools = own;
        }
        return own.pool(offer, highPriority, sharing);
    }

    private void each(Consumer<StreamPool> action) {
        for (StreamPool pool : pools) {
            if (pool != null) {
                action.accept(pool);
            }
        }
        ClientPools own = clientPools;
        if (own != null) {
            own.each(action);
        }
    }

    ClusterOnWorker cluster() {
        return cluster;
    }

    /** Closes its pools as their streams end. */
    void drain() {
        each(StreamPool::drain);
    }

    /** New streams get new connections; those that are open end in peace. */
    void renewConnections() {
        each(StreamPool::renew);
    }

    /** Closes every connection at once: the host failed its health check. */
    void closeConnections() {
        each(StreamPool::closeConnections);
    }

    /** Streams open now on this worker. */
    int activeStreams() {
        return activeStreams;
    }

    /** The same of all workers, a moment old. */
    int activeEverywhere() {
        return (int) spec.tally().sum(Count.RQ_ACTIVE);
    }

    /** Connections open now on all workers, a moment old. */
    long connectionsEverywhere() {
        return spec.tally().sum(Count.CX_ACTIVE);
    }

    @Override
    public SocketAddress address() {
        return spec.address();
    }

    @Override
    public String hostname() {
        return spec.hostname().isEmpty() ? spec.key() : spec.hostname();
    }

    @Override
    public boolean isNamed() {
        return !spec.hostname().isEmpty();
    }

    @Override
    public int priority() {
        return spec.priority();
    }

    @Override
    public Map<String, String> lbMetadata() {
        return spec.endpoint().lbMetadata();
    }

    @Override
    public Metadata metadata() {
        return spec.endpoint().metadata();
    }

    @Override
    public Locality locality() {
        HostSpec.Locality place = spec.locality();
        return new Locality(place.region(), place.zone(), place.subZone());
    }

    @Override
    public void onResponse(int status) {
        tally.add(status < FIRST_ERROR_STATUS ? Count.RQ_SUCCESS : Count.RQ_ERROR, 1);
        if (monitor != null) {
            monitor.onStatus(status);
        }
    }

    @Override
    public void onNoResponse(boolean timedOut) {
        tally.add(Count.RQ_ERROR, 1);
        if (timedOut) {
            tally.add(Count.RQ_TIMEOUT, 1);
        }
        if (monitor != null) {
            monitor.onNoAnswer(timedOut);
        }
    }

    void onStreamOpened() {
        activeStreams++;
        if (monitor != null) {
            monitor.onConnected();
        }
        tally.add(Count.RQ_TOTAL, 1);
        tally.add(Count.RQ_ACTIVE, 1);
    }

    void onStreamEnded() {
        activeStreams--;
        tally.add(Count.RQ_ACTIVE, -1);
    }

    void onConnectionOpened() {
        tally.add(Count.CX_TOTAL, 1);
        tally.add(Count.CX_ACTIVE, 1);
    }

    void onConnectionClosed() {
        tally.add(Count.CX_ACTIVE, -1);
    }

    void onConnectFailed() {
        tally.add(Count.CX_CONNECT_FAIL, 1);
    }
}
