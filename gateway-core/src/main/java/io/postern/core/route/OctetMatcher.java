package io.postern.core.route;

import io.postern.config.model.StringMatcher;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A {@link StringMatcher} on octets. Thread-safe: immutable. */
@FunctionalInterface
public interface OctetMatcher {
    /** Whether these octets match. */
    boolean matches(byte[] octets, int start, int length);

    /** Chooses the comparison once. */
    static OctetMatcher of(StringMatcher matcher) {
        return switch (matcher) {
            case StringMatcher.Exact(String text, boolean fold) -> {
                byte[] wanted = utf8(text);
                yield (octets, start, length) ->
                        length == wanted.length && same(wanted, fold, octets, start);
            }
            case StringMatcher.Prefix(String text, boolean fold) -> {
                byte[] wanted = utf8(text);
                yield (octets, start, length) ->
                        length >= wanted.length && same(wanted, fold, octets, start);
            }
            case StringMatcher.Suffix(String text, boolean fold) -> {
                byte[] wanted = utf8(text);
                yield (octets, start, length) ->
                        length >= wanted.length
                                && same(wanted, fold, octets, start + length - wanted.length);
            }
            case StringMatcher.Contains(String text, boolean fold) -> {
                byte[] wanted = utf8(text);
                yield (octets, start, length) -> contains(wanted, fold, octets, start, length);
            }
            case StringMatcher.Regex(var pattern) ->
                    (octets, start, length) ->
                            pattern.matches(Arrays.copyOfRange(octets, start, start + length));
        };
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean contains(
            byte[] wanted, boolean fold, byte[] octets, int start, int length) {
        for (int at = start; at <= start + length - wanted.length; at++) {
            if (same(wanted, fold, octets, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(byte[] wanted, boolean fold, byte[] octets, int at) {
        if (!fold) {
            return Arrays.equals(octets, at, at + wanted.length, wanted, 0, wanted.length);
        }
        for (int i = 0; i < wanted.length; i++) {
            if (OctetTable.lower(octets[at + i]) != OctetTable.lower(wanted[i])) {
                return false;
            }
        }
        return true;
    }
}
