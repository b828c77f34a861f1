package io.postern.core.upstream.health;

import io.netty.channel.Channel;
import io.postern.core.http.ClientConnection;
import io.postern.sdk.Worker.Cancellable;

/** Makes connections for probes, with the cluster's TLS. Confined to the event loop. */
public interface ProbeSockets {
    /** Connects; the waiter hears once, possibly during the call, unless it is cancelled. */
    Cancellable http(ProbeTarget target, boolean http2, HttpWaiter waiter);

    /** The same without HTTP on top. */
    Cancellable raw(ProbeTarget target, RawWaiter waiter);

    /** Who waits for an HTTP connection, and listens to it afterwards. */
    interface HttpWaiter extends ClientConnection.Listener {
        /** Here it is. */
        void onConnected(ClientConnection connection);

        /** There is none. */
        void onFailed();
    }

    /** Who waits for a connection of octets. */
    interface RawWaiter {
        /** Here it is, with no handler of ours behind TLS. */
        void onConnected(Channel channel);

        /** There is none. */
        void onFailed();
    }
}
