package io.postern.config.model;

import io.postern.sdk.HeaderName;

/**
 * How a header is matched. Of several lines of one name one that matches is enough; names that
 * Envoy keeps as one line ({@code user-agent}, {@code accept} …) are joined by a comma first.
 *
 * <p>Source: {@code envoy.config.route.v3.HeaderMatcher}.
 *
 * @param treatMissingAsEmpty an absent header has the empty value
 */
public record HeaderMatcher(
        HeaderName name, Rule rule, boolean invert, boolean treatMissingAsEmpty) {
    /** What is asked of the header. */
    public sealed interface Rule {
        /** It is there, or not. */
        record Present(boolean present) implements Rule {}

        /** Its value matches. */
        record Value(StringMatcher matcher) implements Rule {}

        /** Its value is an integer, {@code start <= value < end}. */
        record Range(long start, long end) implements Rule {}
    }
}
