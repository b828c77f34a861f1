package io.postern.config.model;

/**
 * How a query parameter is matched.
 *
 * <p>Source: {@code envoy.config.route.v3.QueryParameterMatcher}.
 */
public record QueryParameterMatcher(String name, Rule rule) {
    /** What is asked of the parameter. */
    public sealed interface Rule {
        /** It is there, or not. */
        record Present(boolean present) implements Rule {}

        /** Its value matches. */
        record Value(StringMatcher matcher) implements Rule {}
    }
}
