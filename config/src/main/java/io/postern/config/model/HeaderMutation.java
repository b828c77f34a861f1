package io.postern.config.model;

import io.postern.sdk.HeaderName;

/**
 * One change of a head in a list of changes, made in the order in which they are given.
 *
 * <p>Source: {@code envoy.config.common.mutation_rules.v3.HeaderMutation}.
 */
public sealed interface HeaderMutation {
    /** Removes every line of this name. */
    record Remove(HeaderName name) implements HeaderMutation {}

    /** Removes every line whose name matches; pseudo-headers and the host stay. */
    record RemoveMatching(StringMatcher name) implements HeaderMutation {}

    /** Adds, appends to or overwrites a line. */
    record Add(HeaderMutations.Addition addition) implements HeaderMutation {}
}
