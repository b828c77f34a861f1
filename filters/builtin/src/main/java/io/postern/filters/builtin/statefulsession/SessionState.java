package io.postern.filters.builtin.statefulsession;

import io.postern.config.model.StatefulSessionSpec.State;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Where a session keeps the address of its host. Thread-safe: immutable. */
sealed interface SessionState permits CookieState, SessionState.Header, SessionState.None {
    /** Whether the request can belong to a session. */
    boolean covers(HeaderMap request);

    /** The host of the request's session, as it is said; empty: it has none yet. */
    String host(HeaderMap request);

    /** Tells the client that this is the session's host now. */
    void tell(String host, HeaderMap response);

    static SessionState of(@Nullable State state, Clock clock) {
        return switch (state) {
            case State.InCookie(var cookie) -> new CookieState(cookie, clock);
            case State.InHeader(HeaderName name) -> new Header(name);
            case null -> new None();
        };
    }

    /** Base 64 of a text; empty: it is something else. */
    static byte[] decoded(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return new byte[0]; // whoever wrote it, not the gateway: it counts as nothing
        }
    }

    /** In a header. */
    record Header(HeaderName name) implements SessionState {
        @Override
        public boolean covers(HeaderMap request) {
            return true;
        }

        @Override
        public String host(HeaderMap request) {
            String value = request.get(name);
            return value == null ? "" : new String(decoded(value), StandardCharsets.ISO_8859_1);
        }

        @Override
        public void tell(String host, HeaderMap response) {
            byte[] octets = host.getBytes(StandardCharsets.ISO_8859_1);
            response.set(name, Base64.getEncoder().encodeToString(octets));
        }
    }

    /** Nowhere: there are no sessions. */
    record None() implements SessionState {
        @Override
        public boolean covers(HeaderMap request) {
            return false;
        }

        @Override
        public String host(HeaderMap request) {
            return "";
        }

        @Override
        public void tell(String host, HeaderMap response) {}
    }
}
