package io.postern.core.route;

import io.postern.config.model.HeaderMatcher;
import io.postern.config.model.HeaderMatcher.Rule;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/**
 * A {@link HeaderMatcher} on octets. Of several lines one has to match, as in Envoy 1.40; lines of
 * {@link OneLineHeaders} count as one. An absent header never matches a rule about its value, not
 * even an inverted one, unless it counts as empty. Thread-safe: immutable.
 */
public final class HeaderCondition {
    private static final byte[] EMPTY = {};

    private final HeaderName name;
    private final OctetMatcher value;
    private final boolean joins;
    private final boolean invert;
    private final boolean whenMissing;

    private HeaderCondition(HeaderMatcher from) {
        // Envoy keeps one entry for both names
        this.name = from.name().equals(HeaderName.HOST) ? HeaderName.AUTHORITY : from.name();
        this.joins = OneLineHeaders.contains(name);
        this.invert = from.invert();
        this.value = value(from.rule());
        this.whenMissing =
                switch (from.rule()) {
                    case Rule.Present(boolean present) ->
                            (from.treatMissingAsEmpty() == present) != invert;
                    case Rule.Value _, Rule.Range _ ->
                            from.treatMissingAsEmpty() && value.matches(EMPTY, 0, 0) != invert;
                };
    }

    /** Chooses the comparison once. */
    public static HeaderCondition of(HeaderMatcher matcher) {
        return new HeaderCondition(matcher);
    }

    /** Whether the head meets the condition. */
    public boolean matches(HeaderMap head) {
        int index = head.indexOf(name);
        if (index < 0) {
            return whenMissing;
        }
        if (joins && head.indexOf(name, index + 1) >= 0) {
            byte[] joined = joined(head, index);
            return value.matches(joined, 0, joined.length) != invert;
        }
        boolean matches = false;
        for (int i = index; i >= 0 && !matches; i = head.indexOf(name, i + 1)) {
            matches = value.matches(head.octets(), head.valueStart(i), head.valueLength(i));
        }
        return matches != invert;
    }

    private static OctetMatcher value(Rule rule) {
        return switch (rule) {
            case Rule.Present(boolean present) -> (_, _, _) -> present;
            case Rule.Value(var matcher) -> OctetMatcher.of(matcher);
            case Rule.Range(long first, long end) ->
                    (octets, start, length) -> inRange(octets, start, length, first, end);
        };
    }

    private byte[] joined(HeaderMap head, int first) {
        int length = -1;
        for (int i = first; i >= 0; i = head.indexOf(name, i + 1)) {
            length += head.valueLength(i) + 1;
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (int i = first; i >= 0; i = head.indexOf(name, i + 1)) {
            if (at > 0 || i != first) {
                joined[at++] = ',';
            }
            System.arraycopy(head.octets(), head.valueStart(i), joined, at, head.valueLength(i));
            at += head.valueLength(i);
        }
        return joined;
    }

    /** As absl::SimpleAtoi: blanks around, a sign, decimal digits, 64 bits. */
    private static boolean inRange(byte[] octets, int start, int length, long first, long end) {
        int at = start;
        int stop = start + length;
        while (at < stop && isBlank(octets[at])) {
            at++;
        }
        while (stop > at && isBlank(octets[stop - 1])) {
            stop--;
        }
        boolean negative = at < stop && octets[at] == '-';
        if (at < stop && (octets[at] == '-' || octets[at] == '+')) {
            at++;
        }
        if (at == stop) {
            return false;
        }
        long value = 0; // negative, since that side has one more number
        for (; at < stop; at++) {
            int digit = octets[at] - '0';
            if (digit < 0 || digit > 9 || value < (Long.MIN_VALUE + digit) / 10) {
                return false;
            }
            value = value * 10 - digit;
        }
        if (!negative && value == Long.MIN_VALUE) {
            return false;
        }
        value = negative ? value : -value;
        return value >= first && value < end;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || (octet >= '\t' && octet <= '\r');
    }
}
