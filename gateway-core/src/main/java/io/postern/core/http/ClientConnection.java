package io.postern.core.http;

/** A connection to an upstream. Confined to its event loop. */
public interface ClientConnection extends HttpConnection {
    /** Whether a stream can be opened now. */
    boolean canOpenStream();

    /** Streams that could be open at once: 1 on HTTP/1, the peer's limit on HTTP/2. */
    int maxConcurrentStreams();

    /** Streams open now. */
    int openStreams();

    /** Opens a stream; {@link #canOpenStream()} must hold. */
    HttpStream openStream(HttpStreamListener listener);

    /** Who hears about a connection as a whole. */
    interface Listener {
        /** A stream has ended on both sides, so that the connection may be used again. */
        void onStreamClosed(ClientConnection connection);

        /** Settings or GOAWAY changed what {@link #canOpenStream()} says. */
        void onCapacityChanged(ClientConnection connection);

        /** Gone; its streams were reset before. */
        void onClosed(ClientConnection connection);
    }
}
