package io.postern.config.model;

import io.postern.sdk.HeaderName;
import java.util.List;
import java.util.Set;

/**
 * Redirects of an upstream that the gateway follows itself.
 *
 * <p>Source: {@code envoy.config.route.v3.InternalRedirectPolicy}.
 *
 * @param most how many of them one request may take
 * @param statuses which answers are followed
 * @param predicates all must accept where it goes
 * @param crossScheme whether it may change between http and https
 * @param headersToCopy from the response into the request
 */
public record InternalRedirects(
        int most,
        Set<Integer> statuses,
        List<Predicate> predicates,
        boolean crossScheme,
        List<HeaderName> headersToCopy) {
    public InternalRedirects {
        statuses = Set.copyOf(statuses);
        predicates = List.copyOf(predicates);
        headersToCopy = List.copyOf(headersToCopy);
    }

    /** Says whether a redirect may be followed. */
    public sealed interface Predicate {
        /** Not to a route where this route has sent the request before. */
        record PreviousRoutes() implements Predicate {}

        /** To routes of these names only. */
        record AllowedRoutes(Set<String> names) implements Predicate {
            public AllowedRoutes {
                names = Set.copyOf(names);
            }
        }

        /** From https to http, not the other way. */
        record SafeCrossScheme() implements Predicate {}
    }
}
