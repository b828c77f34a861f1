package io.postern.core.network;

import io.postern.core.filter.HeldBody;
import io.postern.sdk.Body;
import io.postern.sdk.ConnectionCallbacks;
import io.postern.sdk.ConnectionFilter;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import org.jspecify.annotations.Nullable;

/** One filter of a connection with what it holds in each direction. Confined to the event loop. */
final class FilterSeat implements ConnectionCallbacks {
    private final ConnectionFilterChain chain;
    private final int index;
    final ConnectionFilter filter;
    final Direction down = new Direction();
    final Direction up = new Direction();
    boolean begun;

    /** One direction of a filter. */
    static final class Direction {
        final HeldBody held = new HeldBody();
        boolean ended;
        boolean running; // the filter is in a callback of this direction
        boolean resumed; // and has asked to go on
    }

    FilterSeat(ConnectionFilterChain chain, int index, WorkerFilter part) {
        this.chain = chain;
        this.index = index;
        this.filter = part.newConnectionFilter(this);
    }

    void release() {
        down.held.release();
        up.held.release();
        filter.onDestroy();
    }

    @Override
    public @Nullable Body downstreamData() {
        return down.held.isEmpty() ? null : down.held;
    }

    @Override
    public @Nullable Body upstreamData() {
        return up.held.isEmpty() ? null : up.held;
    }

    @Override
    public void resumeDownstream() {
        if (down.running) {
            down.resumed = true;
        } else {
            chain.goOnDown(index);
        }
    }

    @Override
    public void resumeUpstream() {
        if (up.running) {
            up.resumed = true;
        } else {
            chain.goOnUp(index);
        }
    }

    @Override
    public void close() {
        chain.close();
    }

    @Override
    public StreamInfo streamInfo() {
        return chain.info();
    }

    @Override
    public Worker worker() {
        return chain.worker();
    }
}
