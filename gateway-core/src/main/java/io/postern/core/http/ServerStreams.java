package io.postern.core.http;

/** Who serves the streams of a client connection. Confined to the connection's event loop. */
public interface ServerStreams {
    /**
     * A new stream; its head follows at once. On HTTP/1 there is one at a time: the next request of
     * the connection is not shown before this one has ended on both sides.
     *
     * @param protocol of this request; HTTP/1.0 differs from the connection's HTTP/1.1
     */
    HttpStreamListener onStream(HttpStream stream, HttpConnection.Protocol protocol);

    /** The connection is gone; every stream was reset before. */
    void onConnectionClosed();

    /** Makes one for each connection. */
    @FunctionalInterface
    interface Factory {
        /** Called once, before anything is read from {@code connection}. */
        ServerStreams onConnection(HttpConnection connection);
    }
}
