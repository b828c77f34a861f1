package io.postern.config.model;

import com.google.re2j.Pattern;
import java.util.Locale;

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

    /** Whether {@code value} matches; the data plane compares octets instead. */
    default boolean matches(String value) {
        return switch (this) {
            case Exact(String text, boolean fold) ->
                    fold ? text.equalsIgnoreCase(value) : text.equals(value);
            case Prefix(String text, boolean fold) ->
                    value.regionMatches(fold, 0, text, 0, text.length());
            case Suffix(String text, boolean fold) ->
                    value.regionMatches(
                            fold, value.length() - text.length(), text, 0, text.length());
            case Contains(String text, boolean fold) ->
                    fold
                            ? value.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT))
                            : value.contains(text);
            case Regex(Pattern pattern) -> pattern.matches(value);
        };
    }
}
