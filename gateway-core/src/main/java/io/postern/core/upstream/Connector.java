package io.postern.core.upstream;

import io.postern.core.http.ClientConnection;
import io.postern.core.upstream.StreamRequester.Failure;
import io.postern.sdk.Worker.Cancellable;
import org.jspecify.annotations.Nullable;

/** Makes connections to the hosts of one cluster. Confined to the event loop. */
interface Connector {
    /**
     * Starts connecting. The waiter hears exactly one of {@link Waiter#onConnected} and {@link
     * Waiter#onConnectFailed}, possibly during this call, unless the attempt is cancelled before.
     *
     * @param client whom a PROXY header names; null: nobody
     */
    Cancellable connect(
            HostOnWorker host, Offer offer, @Nullable ProxiedPeers client, Waiter waiter);

    /** Starts connecting a socket without HTTP on it. */
    Cancellable open(HostOnWorker host, ChannelRequester requester);

    /** Who waits for a connection, and listens to it afterwards. */
    interface Waiter extends ClientConnection.Listener {
        /** Connected, TLS and codec in place. */
        void onConnected(ClientConnection connection);

        /**
         * There is none.
         *
         * @param text Envoy's transport failure reason; may be empty
         */
        void onConnectFailed(Failure failure, String text);
    }
}
