package io.postern.config.model;

import com.google.re2j.Pattern;
import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a request is hashed for ring hash and Maglev.
 *
 * <p>Source: {@code envoy.config.route.v3.RouteAction.HashPolicy}.
 */
public sealed interface HashPolicy {
    /** Whether the policies behind this one do not count when this one gave a hash. */
    boolean terminal();

    /**
     * A header; several of the same name together.
     *
     * @param rewrite what of the value is hashed; null: all of it
     */
    record Header(HeaderName name, @Nullable Pattern rewrite, String substitution, boolean terminal)
            implements HashPolicy {}

    /**
     * A cookie, which is made where the client has none and {@code ttl} is there.
     *
     * @param ttl zero: a cookie of the session; null: none is made
     * @param attributes texts like {@code SameSite=Strict}
     */
    record Cookie(
            String name,
            @Nullable Duration ttl,
            String path,
            List<String> attributes,
            boolean terminal)
            implements HashPolicy {
        public Cookie {
            attributes = List.copyOf(attributes);
        }
    }

    /** The client's IP address. */
    record SourceIp(boolean terminal) implements HashPolicy {}

    /** A parameter of the query string. */
    record QueryParameter(String name, boolean terminal) implements HashPolicy {}
}
