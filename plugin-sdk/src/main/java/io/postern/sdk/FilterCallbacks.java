package io.postern.sdk;

import org.jspecify.annotations.Nullable;

/**
 * What one {@link Filter} may ask of its stream. One object per filter and stream (Envoy's
 * StreamDecoderFilterCallbacks and StreamEncoderFilterCallbacks in one).
 */
public interface FilterCallbacks {
    /** The request head; until the stream ends. */
    HeaderMap requestHeaders();

    /** The request trailers, once they have arrived. */
    @Nullable HeaderMap requestTrailers();

    /** The response head, once there is one. */
    @Nullable HeaderMap responseHeaders();

    /** The response trailers, once they have arrived. */
    @Nullable HeaderMap responseTrailers();

    /** The request bytes that this filter holds or is being shown; null when there are none. */
    @Nullable Body requestBody();

    /** The response bytes that this filter holds or is being shown; null when there are none. */
    @Nullable Body responseBody();

    /**
     * Adds body behind what has passed; only from {@link Filter#onResponseTrailers}. Trailers that
     * are left empty are not sent.
     */
    default void addResponseBody(byte[] octets) {
        throw new UnsupportedOperationException("addResponseBody");
    }

    /** Goes on after a PAUSE of a request callback; without one it does nothing. */
    void resumeRequest();

    /** Goes on after a PAUSE of a response callback; without one it does nothing. */
    void resumeResponse();

    /**
     * Answers the request. The reply runs the response callbacks of the whole chain (Envoy's
     * encoder filters). After response headers have gone to the client the stream is reset instead;
     * a second reply is ignored.
     */
    void sendLocalReply(LocalReply reply);

    /** Ends the stream abruptly on both sides. */
    void resetStream();

    /** Lets the route be chosen anew from the changed request head before it is forwarded. */
    void clearRouteCache();

    /** What is known about the stream so far. */
    StreamInfo streamInfo();

    /** The worker that owns the stream. */
    Worker worker();
}
