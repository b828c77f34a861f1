package io.postern.config.source;

import io.postern.config.source.SourceNode.BoolNode;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.SourceNode.NumberNode;
import io.postern.config.source.SourceNode.TextNode;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The type of an unquoted scalar, as Envoy's {@code ValueUtil::loadFromYaml} gives it: null, then
 * boolean, then 64-bit integer (beyond 32 bits kept as text), else text. Floats stay text.
 */
final class PlainScalar {
    private static final Pattern INTEGER =
            Pattern.compile("[-+]?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)");
    private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    private PlainScalar() {}

    static SourceNode typed(Place place, String text) {
        switch (text) {
            case "", "~", "null", "Null", "NULL" -> {
                return new NullNode(place);
            }
            default -> {}
        }
        if (text.length() <= 5 && isOneCase(text)) {
            switch (text.toLowerCase(Locale.ROOT)) {
                case "y", "yes", "true", "on" -> {
                    return new BoolNode(place, true, text);
                }
                case "n", "no", "false", "off" -> {
                    return new BoolNode(place, false, text);
                }
                default -> {}
            }
        }
        return INTEGER.matcher(text).matches() ? integer(place, text) : new TextNode(place, text);
    }

    /** yaml-cpp takes yes, Yes and YES, not yEs. */
    private static boolean isOneCase(String text) {
        var rest = text.substring(1);
        return rest.equals(rest.toLowerCase(Locale.ROOT))
                || text.equals(text.toUpperCase(Locale.ROOT));
    }

    private static SourceNode integer(Place place, String text) {
        var digits = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
        BigInteger value;
        if (digits.startsWith("0x") || digits.startsWith("0X")) {
            value = new BigInteger(digits.substring(2), 16);
        } else if (digits.length() > 1 && digits.startsWith("0")) {
            value = new BigInteger(digits, 8);
        } else {
            value = new BigInteger(digits);
        }
        if (text.startsWith("-")) {
            value = value.negate();
        }
        if (value.compareTo(MIN_LONG) < 0 || value.compareTo(MAX_LONG) > 0) {
            return new TextNode(place, text);
        }
        long number = value.longValueExact();
        return number == (int) number
                ? new NumberNode(place, Long.toString(number))
                : new TextNode(place, Long.toString(number));
    }
}
