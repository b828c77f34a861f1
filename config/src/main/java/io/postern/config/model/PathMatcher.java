package io.postern.config.model;

import com.google.re2j.Pattern;

/**
 * How a path is matched; the query string does not count.
 *
 * <p>Source: the {@code path_specifier} of {@code envoy.config.route.v3.RouteMatch}.
 */
public sealed interface PathMatcher {
    /** The whole path. */
    record Exact(String path, boolean caseSensitive) implements PathMatcher {}

    /** The start of the path. */
    record Prefix(String prefix, boolean caseSensitive) implements PathMatcher {}

    /** The path itself, or its start up to a slash. */
    record SeparatedPrefix(String prefix, boolean caseSensitive) implements PathMatcher {}

    /** The whole path. */
    record Regex(Pattern pattern) implements PathMatcher {}

    /** A CONNECT request. */
    record Connect() implements PathMatcher {}
}
