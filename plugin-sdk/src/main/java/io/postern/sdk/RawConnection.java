package io.postern.sdk;

/**
 * A byte stream to a host of a cluster, made by {@link Worker#connect}: what protocols other than
 * HTTP need. Confined to its worker's loop. After it has ended, every call is ignored.
 */
public interface RawConnection {
    /** Sends bytes, which are handed over, now or when the connection is there. */
    void write(byte[] bytes);

    /** Bytes that wait to be sent. */
    long pendingBytes();

    /** Ends it; the listener hears nothing any more. */
    void close();

    /** What arrives on the connection. */
    interface Listener {
        /** Connected, TLS in place. */
        void onConnected();

        /** Bytes; valid inside the callback only. */
        void onData(Body bytes);

        /** It could not be made, or has ended; the last call. */
        void onClosed(String reason);
    }
}
