package io.postern.core.upstream;

import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who wants a stream to a cluster: one attempt of a request. Exactly one of {@link
 * #onStreamReady} and {@link #onStreamFailure} is called, possibly during the asking, unless the
 * request is cancelled before. Confined to the event loop.
 */
public interface StreamRequester {
    /** Who will hear what arrives on the stream. */
    HttpStreamListener streamListener();

    /** Here it is; write the head now. */
    void onStreamReady(HttpStream stream, UpstreamHost host);

    /**
     * There will be none.
     *
     * @param host the host that was tried; null when none could be chosen
     * @param transportFailure for {@code %UPSTREAM_TRANSPORT_FAILURE_REASON%}, Envoy's words where
     *     it has them ({@code delayed connect error: Connection refused}); may be empty
     */
    void onStreamFailure(Failure failure, @Nullable UpstreamHost host, String transportFailure);

    /** Why there is no stream. */
    enum Failure {
        /** No host is there or healthy: 503 "no healthy upstream", UH. */
        NO_HEALTHY_HOST,
        /** A circuit breaker is open: 503, UO. */
        OVERFLOW,
        /** The connection was refused or failed: 503, UF. */
        CONNECTION_FAILURE,
        /** connect_timeout: 503, UF. */
        CONNECTION_TIMEOUT,
        /** The host that the request names has no address: 503, DF. */
        UNKNOWN_NAME,
        /** Too many names are known already: 503. */
        TOO_MANY_NAMES,
        /** Too many requests wait for names: 503. */
        NAMES_PENDING
    }
}
