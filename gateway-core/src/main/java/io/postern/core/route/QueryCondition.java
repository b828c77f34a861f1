package io.postern.core.route;

import io.postern.config.model.QueryParameterMatcher;
import io.postern.config.model.QueryParameterMatcher.Rule;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A {@link QueryParameterMatcher} on the octets of the path. As in Envoy nothing is
 * percent-decoded, the first of several parameters of one name counts, and the query reaches from
 * the first question mark to the end. Thread-safe: immutable.
 */
final class QueryCondition {
    private static final byte[] EMPTY = {};

    private final byte[] name;
    private final OctetMatcher value;
    private final boolean whenMissing;

    private QueryCondition(byte[] name, OctetMatcher value, boolean whenMissing) {
        this.name = name;
        this.value = value;
        this.whenMissing = whenMissing;
    }

    static QueryCondition of(QueryParameterMatcher matcher) {
        byte[] name = matcher.name().getBytes(StandardCharsets.UTF_8);
        return switch (matcher.rule()) {
            case Rule.Present(boolean present) ->
                    new QueryCondition(name, (_, _, _) -> present, !present);
            case Rule.Value(var text) -> new QueryCondition(name, OctetMatcher.of(text), false);
        };
    }

    boolean matches(HeaderMap head) {
        int index = head.indexOf(HeaderName.PATH);
        if (index < 0) {
            return whenMissing;
        }
        byte[] octets = head.octets();
        int end = head.valueStart(index) + head.valueLength(index);
        int at = indexOf(octets, '?', head.valueStart(index), end) + 1;
        while (at < end) {
            int stop = indexOf(octets, '&', at, end);
            int equals = indexOf(octets, '=', at, stop);
            if (Arrays.equals(octets, at, equals, name, 0, name.length)) {
                return equals == stop
                        ? value.matches(EMPTY, 0, 0)
                        : value.matches(octets, equals + 1, stop - equals - 1);
            }
            at = stop + 1;
        }
        return whenMissing;
    }

    private static int indexOf(byte[] octets, char wanted, int from, int end) {
        int at = from;
        while (at < end && octets[at] != wanted) {
            at++;
        }
        return at;
    }
}
