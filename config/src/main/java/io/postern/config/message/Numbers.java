package io.postern.config.message;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers as texts. */
final class Numbers {
    /** Longer ones are no numbers anybody wrote; also keeps 1e999999999 from being expanded. */
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?([0-9]{1,40})(\\.[0-9]{1,40})?([eE][-+]?[0-9]{1,3})?");

    private static final Pattern HEXADECIMAL = Pattern.compile("0[xX][0-9a-fA-F]{1,16}");
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,9}");

    private Numbers() {}

    static boolean isInteger(String text) {
        return INTEGER.matcher(text).matches();
    }

    /** Null when {@code text} is no number. */
    static @Nullable BigDecimal decimal(String text) {
        if (HEXADECIMAL.matcher(text).matches()) {
            return new BigDecimal(new BigInteger(text.substring(2), 16));
        }
        return DECIMAL.matcher(text).matches() ? new BigDecimal(text) : null;
    }

    /** As above, and NaN and the infinities as proto3's JSON mapping writes them. */
    static @Nullable Double floating(String text) {
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> {
                var value = decimal(text);
                yield value == null ? null : value.doubleValue();
            }
        };
    }
}
