package io.postern.core;

import io.postern.config.model.Overload.Timer;
import io.postern.core.headers.Peer;
import io.postern.core.http.HttpConnection;
import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import io.postern.core.http.ServerStreams;
import io.postern.core.overload.OverloadState;
import io.postern.core.runtime.DeadlineWheel.Deadline;

/**
 * A client's connection as the flow sees it: makes an exchange of each stream and ends the
 * connection when it has been idle, or open, for too long. Confined to its event loop.
 */
final class DownstreamConnection extends Deadline implements ServerStreams {
    private final FlowSlot slot;
    private final RequestFlow flow; // the one at the beginning: its limits hold for the connection
    private final HttpConnection connection;
    private final Peer peer;
    private final long openedNanos = System.nanoTime();
    private long idleSinceNanos = openedNanos;
    private int open;
    private long requests;
    private boolean draining;

    DownstreamConnection(FlowSlot slot, HttpConnection connection) {
        this.slot = slot;
        this.flow = slot.current();
        this.connection = connection;
        this.peer = flow.parts().requestHeaders().peer(connection);
        flow.parts().stats().connected();
        flow.parts().connections().add(connection);
        arm();
    }

    Peer peer() {
        return peer;
    }

    @Override
    public HttpStreamListener onStream(HttpStream stream, HttpConnection.Protocol protocol) {
        open++;
        requests++;
        int most = flow.parts().manager().maxRequestsPerConnection();
        if (most > 0 && requests >= most) {
            drain();
        }
        return new Exchange(slot.current(), stream, protocol, this);
    }

    /** What new requests take. */
    RequestFlow currentFlow() {
        return slot.current();
    }

    void exchangeEnded() {
        open--;
        if (open == 0) {
            idleSinceNanos = System.nanoTime();
        }
    }

    @Override
    public void onConnectionClosed() {
        flow.worker().deadlines().disarm(this);
        flow.parts().connections().remove(connection);
        flow.parts().stats().disconnected();
    }

    @Override
    protected void onDeadline() {
        long now = System.nanoTime();
        if (closesAt() <= now) {
            drain();
        }
        if (open == 0 && idleUntil() <= now) {
            connection.close();
            return;
        }
        arm();
    }

    private void drain() {
        if (!draining) {
            draining = true;
            connection.drain();
        }
    }

    private void arm() {
        long next = Math.min(draining ? Timeouts.NEVER : closesAt(), idleCheckAt());
        if (next != Timeouts.NEVER) {
            flow.worker().deadlines().arm(this, next);
        }
    }

    // While streams are open the idle time has not begun: look again one idle time from now.
    private long idleCheckAt() {
        long most = flow.parts().limits().connectionIdleNanos();
        if (most <= 0) {
            return Timeouts.NEVER;
        }
        // One that can be reduced is looked at more often.
        OverloadState overload = flow.parts().overload();
        long shortest = overload == null ? most : overload.shortest(Timer.CONNECTION_IDLE, most);
        long soon = System.nanoTime() + shortest;
        return open > 0 ? soon : Math.min(soon, idleUntil());
    }

    private long idleUntil() {
        long idle = flow.parts().limits().connectionIdleNanos();
        OverloadState overload = flow.parts().overload();
        if (overload != null) {
            idle = overload.reduced(Timer.CONNECTION_IDLE, idle);
        }
        return idle <= 0 ? Timeouts.NEVER : idleSinceNanos + idle;
    }

    private long closesAt() {
        long most = flow.parts().limits().connectionDurationNanos();
        return most <= 0 ? Timeouts.NEVER : openedNanos + most;
    }
}
