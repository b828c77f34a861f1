package io.postern.config.model;

import com.google.re2j.Pattern;

/**
 * How a text is matched.
 *
 * <p>Source: {@code envoy.type.matcher.v3.StringMatcher}.
 */
public sealed interface StringMatcher {
    /** The whole text. */
    record Exact(String text, boolean ignoreCase) implements StringMatcher {}

    /** The start. */
    record Prefix(String text, boolean ignoreCase) implements StringMatcher {}

    /** The end. */
    record Suffix(String text, boolean ignoreCase) implements StringMatcher {}

    /** Somewhere in it. */
    record Contains(String text, boolean ignoreCase) implements StringMatcher {}

    /** The whole text. */
    record Regex(Pattern pattern) implements StringMatcher {}
}
