package io.postern.core.listener;

import io.netty.channel.Channel;
import io.postern.core.http.HttpConnection;
import io.postern.sdk.Worker;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The client connections of one filter chain on one worker, so that they can be drained. Confined
 * to the worker's event loop.
 */
public final class OpenConnections {
    private final Worker worker;
    private final Set<Channel> channels = new LinkedHashSet<>();
    private final Set<HttpConnection> open = new LinkedHashSet<>();
    private final CompletableFuture<Boolean> drained = new CompletableFuture<>();
    private @Nullable DrainPace pace;

    /** None yet. */
    public OpenConnections(Worker worker) {
        this.worker = worker;
    }

    /** A connection was accepted; it may have to shake hands before it is one of HTTP. */
    void accepted(Channel channel) {
        channels.add(channel);
        var _ = channel.closeFuture().addListener(_ -> closed(channel));
    }

    private void closed(Channel channel) {
        channels.remove(channel);
        completeIfDrained();
    }

    /** A connection speaks HTTP now; while draining it is told in its turn. */
    public void add(HttpConnection connection) {
        open.add(connection);
        if (pace != null) {
            drainLater(connection, pace);
        }
    }

    /** It has ended. */
    public void remove(HttpConnection connection) {
        open.remove(connection);
    }

    /** Completes when it was told to drain and its last connection is closed; any thread. */
    public CompletableFuture<Boolean> drained() {
        return drained;
    }

    /** Lets every connection end after its open streams; a second call may hurry the first. */
    public void drain(DrainPace wanted) {
        pace = wanted;
        List.copyOf(open).forEach(connection -> drainLater(connection, wanted));
        completeIfDrained();
    }

    private void drainLater(HttpConnection connection, DrainPace how) {
        long nanos = how.delayNanos();
        if (nanos == 0) {
            connection.drain();
            return;
        }
        var _ =
                worker.schedule(
                        nanos,
                        () -> {
                            if (open.contains(connection)) {
                                connection.drain();
                            }
                        });
    }

    /** Closes what is still open. */
    public void close() {
        List.copyOf(open).forEach(HttpConnection::close);
        for (Channel channel : List.copyOf(channels)) {
            var _ = channel.close();
        }
    }

    private void completeIfDrained() {
        if (pace != null && channels.isEmpty()) {
            drained.complete(true);
        }
    }
}
