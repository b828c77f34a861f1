package io.postern.sdk;

/**
 * A network filter at work on one client connection, whatever it speaks. Made by {@link
 * WorkerFilter#newConnectionFilter} when the connection has been accepted and its TLS handshake is
 * done; every method is called on the connection's event loop and must not block.
 *
 * <p>Bytes of the client pass the filters in the configured order, bytes for the client in reverse.
 * What a filter pauses on stays with it: it is called again with the held bytes and the new ones.
 * Envoy's Network::ReadFilter and WriteFilter in one.
 */
public interface ConnectionFilter {
    /**
     * The connection is there. {@link FilterStatus#PAUSE} keeps it from the filters behind until
     * this one lets bytes pass or asks to {@link ConnectionCallbacks#resumeDownstream}.
     */
    default FilterStatus onNewConnection() {
        return FilterStatus.CONTINUE;
    }

    /** The client sent bytes, or ended its direction. */
    default FilterStatus onDownstreamData(Body data, boolean endOfStream) {
        return FilterStatus.CONTINUE;
    }

    /** Bytes go to the client, or their sender ended its direction. */
    default FilterStatus onUpstreamData(Body data, boolean endOfStream) {
        return FilterStatus.CONTINUE;
    }

    /** The client's connection is closed; {@code byPeer}: it was the client who did it. */
    default void onDownstreamClose(boolean byPeer) {}

    /** The last callback: let go of everything. Called exactly once. */
    default void onDestroy() {}
}
