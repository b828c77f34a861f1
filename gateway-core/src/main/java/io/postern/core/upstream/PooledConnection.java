package io.postern.core.upstream;

import io.postern.core.http.ClientConnection;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import io.postern.core.upstream.StreamRequester.Failure;
import io.postern.sdk.Worker;
import io.postern.sdk.Worker.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a pool, from the attempt to the end. Confined to the event loop.
 *
 * <pre>
 * CONNECTING -> READY <-> BUSY      READY: a stream can be opened; BUSY: none for now
 *      |          |         |
 *      |          +-> DRAINING      no new streams; closed when the open ones have ended
 *      +-> CLOSED <-+-------+
 * </pre>
 */
final class PooledConnection implements Connector.Waiter {
    /** See the diagram. */
    enum State {
        CONNECTING,
        READY,
        BUSY,
        DRAINING,
        CLOSED
    }

    private static final Cancellable NOTHING = () -> {};

    private final StreamPool pool;
    private final Worker worker;
    private final long startNanos;
    private State state = State.CONNECTING;
    private @Nullable ClientConnection connection;
    private Cancellable attempt = NOTHING;
    private Cancellable timer = NOTHING;
    private int openStreams;
    private int served;
    private long idleSinceNanos;

    PooledConnection(StreamPool pool, Worker worker) {
        this.pool = pool;
        this.worker = worker;
        this.startNanos = worker.monotonicNanos();
    }

    /** Starts connecting; the pool has this connection in its books already. */
    void connect(
            Connector connector, HostOnWorker host, Offer offer, @Nullable ProxiedPeers client) {
        timer =
                worker.schedule(
                        pool.settings().connectTimeout().toNanos(),
                        () -> {
                            attempt.cancel();
                            onConnectFailed(Failure.CONNECTION_TIMEOUT, "");
                        });
        Cancellable started = connector.connect(host, offer, client, this);
        if (state == State.CONNECTING) {
            attempt = started;
        }
    }

    State state() {
        return state;
    }

    void state(State next) {
        state = next;
    }

    boolean canOpenStream() {
        return connection != null && connection.canOpenStream();
    }

    /** Streams that a connection like this one can carry. */
    int capacity() {
        return connection == null ? 0 : connection.maxConcurrentStreams();
    }

    boolean isIdle() {
        return openStreams == 0;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    /** Streams opened so far. */
    int served() {
        return served;
    }

    /** Since the attempt began. */
    long ageNanos() {
        return worker.monotonicNanos() - startNanos;
    }

    HttpStream open(HttpStreamListener listener) {
        if (connection == null) {
            throw new IllegalStateException("bug: a stream on a connection that is " + state);
        }
        openStreams++;
        served++;
        return connection.openStream(listener);
    }

    /** Gives up: an attempt is called off, open streams are reset. */
    void close() {
        if (connection != null) {
            connection.close();
        } else if (state == State.CONNECTING) {
            attempt.cancel();
            timer.cancel();
            pool.onAttemptAbandoned(this);
        }
    }

    /** Tells the peer that there will be no new streams. */
    void drain() {
        if (connection != null) {
            connection.drain();
        }
    }

    @Override
    public void onConnected(ClientConnection made) {
        timer.cancel();
        timer = NOTHING;
        connection = made;
        idleSinceNanos = worker.monotonicNanos();
        long maxNanos = pool.settings().maxConnectionDuration().toNanos();
        if (maxNanos > 0) {
            timer = worker.schedule(maxNanos, () -> pool.onTooOld(this));
        }
        pool.onConnected(this, made.protocol() == Protocol.HTTP_2);
    }

    @Override
    public void onConnectFailed(Failure failure, String text) {
        if (state == State.CONNECTING) {
            timer.cancel();
            pool.onConnectFailed(this, failure, text);
        }
    }

    @Override
    public void onStreamClosed(ClientConnection which) {
        int ended = settle(which.openStreams());
        pool.onStreamsEnded(this, ended);
    }

    @Override
    public void onCapacityChanged(ClientConnection which) {
        onStreamClosed(which);
    }

    @Override
    public void onClosed(ClientConnection which) {
        if (state == State.CLOSED) {
            return;
        }
        timer.cancel();
        int ended = settle(0);
        pool.onClosed(this, ended);
    }

    /** How many streams have ended since the last look; codecs report some ends in one go. */
    private int settle(int openNow) {
        int ended = Math.max(0, openStreams - openNow);
        openStreams -= ended;
        if (ended > 0 && openStreams == 0) {
            idleSinceNanos = worker.monotonicNanos();
        }
        return ended;
    }
}
