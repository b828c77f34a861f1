package io.postern.sdk;

import java.util.List;
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

    /**
     * Sends body towards the client, past the filters behind this one, before whatever this filter
     * holds; the held head goes first (Envoy's injectEncodedDataToFilterChain). Not from {@link
     * Filter#onResponseHeaders}. After {@code endOfStream} nothing more of the response passes.
     *
     * @return false when there is no response that it could be part of
     */
    default boolean injectResponseBody(byte[] octets, boolean endOfStream) {
        return false;
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

    /** The hosts of the cluster that the route chose, of all priorities; a new list. */
    default List<UpstreamEndpoint> upstreamHosts() {
        return List.of();
    }

    /**
     * Has the first try go to this host, whatever the load balancer would choose (Envoy's
     * setUpstreamOverrideHost).
     *
     * @param address as in {@link UpstreamEndpoint}
     * @param strict whether there is no host at all where the cluster does not have this one or it
     *     is unhealthy; else the load balancer chooses then
     */
    default void overrideUpstreamHost(String address, boolean strict) {}

    /** What is known about the stream so far. */
    StreamInfo streamInfo();

    /** The worker that owns the stream. */
    Worker worker();
}
