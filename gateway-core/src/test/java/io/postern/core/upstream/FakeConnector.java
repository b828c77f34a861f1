package io.postern.core.upstream;

import io.postern.core.http.HttpConnection.Protocol;
import io.postern.core.upstream.StreamRequester.Failure;
import io.postern.sdk.Worker.Cancellable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attempts that the test lets succeed or fail. */
final class FakeConnector implements Connector {
    final List<Attempt> attempts = new ArrayList<>();
    final List<FakeConnection> connections = new ArrayList<>();
    int started;

    @Override
    public Cancellable connect(
            HostOnWorker host, Offer offer, @Nullable ProxiedPeers client, Waiter waiter) {
        started++;
        Attempt attempt = new Attempt(host, offer, waiter);
        attempts.add(attempt);
        return () -> attempts.remove(attempt);
    }

    @Override
    public Cancellable open(HostOnWorker host, ChannelRequester requester) {
        requester.onChannelFailure(Failure.CONNECTION_FAILURE, host, "no sockets here");
        return () -> {};
    }

    /** The oldest attempt succeeds. */
    FakeConnection succeed(Protocol protocol, int limit) {
        Attempt attempt = attempts.removeFirst();
        FakeConnection connection = new FakeConnection(protocol, limit, attempt.waiter);
        connections.add(connection);
        attempt.waiter.onConnected(connection);
        return connection;
    }

    FakeConnection succeed() {
        return succeed(Protocol.HTTP_1_1, 1);
    }

    /** The oldest attempt is refused. */
    void refuse() {
        attempts.removeFirst()
                .waiter
                .onConnectFailed(
                        Failure.CONNECTION_FAILURE, "delayed connect error: Connection refused");
    }

    /** One attempt. */
    record Attempt(HostOnWorker host, Offer offer, Waiter waiter) {}
}
