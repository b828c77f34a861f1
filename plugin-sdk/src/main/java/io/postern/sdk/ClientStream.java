package io.postern.sdk;

/**
 * A request to a cluster that goes on in both directions, made by {@link Worker#openStream}: what
 * gRPC needs. Confined to its worker's loop. After it has ended, every call is ignored.
 */
public interface ClientStream {
    /**
     * Sends bytes of the request body, now or when the connection is there. What the peer does not
     * take is kept, up to a limit: over it the stream breaks off.
     *
     * @param bytes handed over, do not change them
     */
    void send(byte[] bytes, boolean endOfStream);

    /** Ends the stream abruptly; the listener hears nothing any more. */
    void reset();

    /**
     * What arrives: a head, body, then trailers or an end; or a failure, which is the last call.
     */
    interface Listener {
        /** The response head; it stays as it is until the stream has ended. */
        void onHeaders(HeaderMap headers, boolean endOfStream);

        /** Response bytes; {@code bytes} is valid inside the callback only. */
        void onData(Body bytes, boolean endOfStream);

        /** The response ended with trailers. */
        void onTrailers(HeaderMap trailers);

        /**
         * There is no response: no host, no connection, no answer in time.
         *
         * @param reply what a gateway answers then, in Envoy's words
         */
        void onFailure(LocalReply reply);

        /** The response broke off after its head. */
        void onReset();
    }
}
