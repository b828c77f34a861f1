package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.core.http.HttpStream;
import io.postern.core.upstream.PooledConnection.State;
import io.postern.core.upstream.StreamRequester.Failure;
import io.postern.sdk.Worker;
import io.postern.sdk.Worker.Cancellable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections from one worker to one host in one HTTP version and priority, and the requests
 * that wait for one. HTTP/1 and HTTP/2 differ only in how many streams a connection carries.
 * Confined to the event loop; its callbacks may call it again.
 *
 * <p>Source: Envoy's {@code ConnPoolImplBase}: idle connections are used last in, first out; a
 * request that finds none waits, and a connection is made for it unless those being made suffice; a
 * failed connection fails everything that waits; at max_connections a pool without any connection
 * still gets one.
 */
final class StreamPool {
    private static final Cancellable NOTHING = () -> {};
    private static final int UNKNOWN_HTTP2_LIMIT = 1024;

    private final HostOnWorker host;
    private final ClientPools.@Nullable Client client;
    private final Offer offer;
    private final Cluster settings;
    private final ClusterStats stats;
    private final CircuitBreaker.OnWorker limits;
    private final Connector connector;
    private final Worker worker;
    private final ArrayList<PooledConnection> all = new ArrayList<>();
    private final ArrayList<PooledConnection> ready = new ArrayList<>();
    private final ArrayDeque<PendingStream> pending = new ArrayDeque<>();
    private final IdleSweep idle;
    private int connecting;
    private int openStreams;
    private int streamsPerConnection;
    private boolean draining;

    /** {@code client}: the one whose requests it is for; null: anybody's. */
    StreamPool(
            HostOnWorker host,
            Offer offer,
            CircuitBreaker.OnWorker limits,
            ClusterOnWorker owner,
            ClientPools.@Nullable Client client) {
        this.client = client;
        this.host = host;
        this.offer = offer;
        this.limits = limits;
        this.settings = owner.config();
        this.stats = owner.stats();
        this.connector = owner.connector();
        this.worker = owner.worker();
        this.idle = new IdleSweep(worker, settings.idleTimeout().toNanos(), this::closeIdleSince);
        this.streamsPerConnection =
                offer == Offer.HTTP1
                        ? 1
                        : Math.min(
                                UNKNOWN_HTTP2_LIMIT,
                                Math.max(1, settings.http2().maxConcurrentStreams()));
    }

    Cluster settings() {
        return settings;
    }

    /** See {@link WorkerCluster#request}. */
    Cancellable newStream(StreamRequester requester) {
        PooledConnection connection = firstReady();
        if (connection != null) {
            attach(connection, requester);
            if (settings.sockets().preconnectRatio() > 1) {
                connectAsNeeded();
            }
            return NOTHING;
        }
        if (!limits.pending().tryAcquire()) {
            stats.rqPendingOverflow.add(1);
            requester.onStreamFailure(Failure.OVERFLOW, host, "");
            return NOTHING;
        }
        PendingStream waiting = new PendingStream(this, requester);
        pending.addLast(waiting);
        stats.rqPendingTotal.add(1);
        stats.rqPendingActive.add(1);
        connectAsNeeded();
        return waiting;
    }

    /** Takes a waiting request out; does nothing when it was answered. */
    void cancel(PendingStream waiting) {
        if (pending.removeFirstOccurrence(waiting)) {
            noLongerPending();
            stats.rqCancelled.add(1);
            closeWhatDrained();
        }
    }

    /** No new connections are kept: idle ones close now, the others when their streams ended. */
    void drain() {
        draining = true;
        closeWhatDrained();
    }

    /** What is open now gets no new streams; new connections are made for those. */
    void renew() {
        for (PooledConnection connection : List.copyOf(all)) {
            if (connection.state() == State.READY || connection.state() == State.BUSY) {
                retire(connection);
                if (connection.isIdle()) {
                    connection.close();
                } else {
                    connection.drain();
                }
            }
        }
    }

    /** Closes all connections, with streams or without. */
    void closeConnections() {
        for (PooledConnection connection : List.copyOf(all)) {
            if (connection.state() != State.CONNECTING) {
                connection.close();
            }
        }
    }

    /** Whether nothing is open and nobody waits. */
    boolean isEmpty() {
        return all.isEmpty() && pending.isEmpty();
    }

    void onConnected(PooledConnection connection, boolean http2) {
        connecting--;
        if (offer == Offer.EITHER) {
            (http2 ? stats.cxHttp2Total : stats.cxHttp1Total).add(1);
        }
        stats.cxConnectMs.record(connection.ageNanos() / 1_000_000);
        streamsPerConnection = Math.clamp(connection.capacity(), 1, UNKNOWN_HTTP2_LIMIT);
        makeReady(connection);
        serveWaiting();
    }

    void onConnectFailed(PooledConnection connection, Failure failure, String text) {
        connecting--;
        stats.cxConnectFail.add(1);
        if (failure == Failure.CONNECTION_TIMEOUT) {
            stats.cxConnectTimeout.add(1);
        }
        host.onConnectFailed();
        forget(connection);
        failWaiting(failure, text);
        connectAsNeeded();
    }

    void onAttemptAbandoned(PooledConnection connection) {
        connecting--;
        forget(connection);
    }

    void onStreamsEnded(PooledConnection connection, int ended) {
        released(ended);
        if (connection.state() == State.DRAINING) {
            if (connection.isIdle()) {
                connection.close();
            }
            return;
        }
        if (connection.canOpenStream()) {
            if (connection.state() == State.BUSY) {
                makeReady(connection);
            }
            idle.watch(connection.isIdle());
            serveWaiting();
        } else {
            noLongerReady(connection);
            if (connection.isIdle() && connection.capacity() > 0) {
                // connection: close, unread bytes or GOAWAY: it cannot be used again.
                connection.close();
            }
        }
    }

    void onClosed(PooledConnection connection, int ended) {
        if (ended > 0) {
            stats.cxDestroyWithActiveRq.add(1);
        }
        released(ended);
        forget(connection);
        connectAsNeeded();
    }

    /** max_connection_duration is over. */
    void onTooOld(PooledConnection connection) {
        stats.cxMaxDuration.add(1);
        retire(connection);
        if (connection.isIdle()) {
            connection.close();
        } else {
            connection.drain();
        }
    }

    private @Nullable PooledConnection firstReady() {
        for (int last = ready.size() - 1; last >= 0; last--) {
            PooledConnection connection = ready.get(last);
            if (connection.canOpenStream()) {
                return connection;
            }
            noLongerReady(connection);
        }
        return null;
    }

    private void attach(PooledConnection connection, StreamRequester requester) {
        if (!limits.requests().tryAcquire()) {
            stats.rqPendingOverflow.add(1);
            requester.onStreamFailure(Failure.OVERFLOW, host, "");
            return;
        }
        HttpStream stream = connection.open(requester.streamListener());
        openStreams++;
        host.onStreamOpened();
        int most = settings.maxRequestsPerConnection();
        if (most > 0 && connection.served() >= most) {
            stats.cxMaxRequests.add(1);
            retire(connection);
        } else if (!connection.canOpenStream()) {
            noLongerReady(connection);
        }
        requester.onStreamReady(stream, host);
    }

    private void serveWaiting() {
        PooledConnection connection = firstReady();
        while (connection != null && !pending.isEmpty()) {
            PendingStream next = pending.removeFirst();
            noLongerPending();
            try {
                attach(connection, next.requester());
            } catch (RuntimeException bug) {
                contain(bug);
            }
            connection = firstReady();
        }
        connectAsNeeded();
        closeWhatDrained();
    }

    private void connectAsNeeded() {
        while (wants() > (long) connecting * streamsPerConnection) {
            if (host.connectionsEverywhere() >= limits.connectionsPerHost()
                    || !limits.connections().tryAcquire()) {
                stats.cxOverflow.add(1);
                if (!all.isEmpty()) {
                    return;
                }
                limits.connections().acquireOver();
            }
            PooledConnection connection = new PooledConnection(this, worker);
            all.add(connection);
            connecting++;
            stats.onConnecting(offer);
            host.onConnectionOpened();
            connection.connect(connector, host, offer, client == null ? null : client.peers());
        }
    }

    private double wants() {
        int waiting = pending.size();
        double ratio = settings.sockets().preconnectRatio();
        return ratio <= 1 || draining
                ? waiting
                : Preconnect.wanted(ratio, waiting, openStreams, readyStreams());
    }

    private long readyStreams() {
        return offer == Offer.HTTP1 ? ready.size() : ready.isEmpty() ? 0 : streamsPerConnection;
    }

    private void failWaiting(Failure failure, String text) {
        if (pending.isEmpty()) {
            return;
        }
        List<PendingStream> failed = List.copyOf(pending);
        for (int i = 0; i < failed.size(); i++) {
            // A callback may cancel others of them, or ask again, which puts new ones behind.
            if (pending.removeFirstOccurrence(failed.get(i))) {
                noLongerPending();
                stats.rqPendingFailureEject.add(1);
                try {
                    failed.get(i).requester().onStreamFailure(failure, host, text);
                } catch (RuntimeException bug) {
                    contain(bug);
                }
            }
        }
    }

    /** What one exchange does wrong must not keep the others waiting; the loop logs it. */
    private void contain(RuntimeException bug) {
        worker.execute(() -> {
            throw bug;
        });
    }

    private void closeWhatDrained() {
        if (!draining || !pending.isEmpty()) {
            return;
        }
        for (PooledConnection connection : List.copyOf(all)) {
            if (connection.isIdle()) {
                connection.close();
            } else if (connection.state() != State.DRAINING) {
                retire(connection);
                connection.drain();
            }
        }
    }

    /** Closes what has been idle since before {@code nanos}; tells since when the next one is. */
    private long closeIdleSince(long nanos) {
        long oldest = Long.MAX_VALUE;
        for (PooledConnection connection : List.copyOf(ready)) {
            if (!connection.isIdle() || connection.state() != State.READY) {
                continue;
            }
            if (connection.idleSinceNanos() - nanos <= 0) {
                stats.cxIdleTimeout.add(1);
                connection.close();
            } else {
                oldest = Math.min(oldest, connection.idleSinceNanos());
            }
        }
        return oldest;
    }

    private void makeReady(PooledConnection connection) {
        connection.state(State.READY);
        ready.add(connection);
        idle.watch(connection.isIdle());
    }

    private void noLongerReady(PooledConnection connection) {
        if (connection.state() == State.READY) {
            connection.state(State.BUSY);
            removeReady(connection);
        }
    }

    private void retire(PooledConnection connection) {
        removeReady(connection);
        connection.state(State.DRAINING);
    }

    private void removeReady(PooledConnection connection) {
        // From the end: it is nearly always the one used last.
        int index = ready.lastIndexOf(connection);
        if (index >= 0) {
            ready.remove(index);
        }
    }

    private void noLongerPending() {
        limits.pending().release();
        stats.rqPendingActive.add(-1);
    }

    private void released(int ended) {
        openStreams -= ended;
        for (int i = 0; i < ended; i++) {
            limits.requests().release();
            host.onStreamEnded();
        }
    }

    private void forget(PooledConnection connection) {
        connection.state(State.CLOSED);
        all.remove(connection);
        removeReady(connection);
        limits.connections().release();
        stats.cxActive.add(-1);
        stats.cxDestroy.add(1);
        stats.cxLengthMs.record(connection.ageNanos() / 1_000_000);
        if (connection.served() > 0) {
            stats.rqPerCx.record(connection.served());
        }
        host.onConnectionClosed();
        if (client != null && isEmpty()) {
            client.onEmpty().run();
        }
    }
}
