package io.postern.config.model;

import io.postern.sdk.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of one session to one host.
 *
 * <p>Source: {@code envoy.extensions.filters.http.stateful_session.v3.StatefulSession}.
 *
 * @param state null: the filter does nothing
 * @param strict a session whose host is gone is answered with 503
 */
public record StatefulSessionSpec(@Nullable State state, boolean strict) implements FilterSpec {
    /** What the filter is called. */
    public static final String TYPE =
            "envoy.extensions.filters.http.stateful_session.v3.StatefulSession";

    @Override
    public String typeName() {
        return TYPE;
    }

    /** Where a session keeps its host. */
    public sealed interface State {
        /** In a cookie, on requests whose path is below the cookie's. */
        record InCookie(NewCookie cookie) implements State {}

        /** In a header of requests and responses. */
        record InHeader(HeaderName name) implements State {}
    }
}
