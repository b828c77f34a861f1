package io.postern.filters.opa.builtin;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers as Go's {@code fmt} and {@code strconv} write them. */
final class GoNumbers {
    private static final int PLAIN_BELOW = 6; // larger exponents are written as such

    private GoNumbers() {}

    static String whole(GoFlags flags, BigInteger value, int radix, String prefix, boolean upper) {
        String digits = value.abs().toString(radix);
        if (flags.precision > digits.length()) {
            digits = "0".repeat(flags.precision - digits.length()) + digits;
        }
        String shown =
                (flags.sharp ? prefix : "") + (upper ? digits.toUpperCase(Locale.ROOT) : digits);
        return flags.pad(flags.sign(value.signum() < 0), shown);
    }

    static @Nullable String decimal(int verb, GoFlags flags, double value) {
        var magnitude = new BigDecimal(Double.toString(Math.abs(value)));
        var exact = new BigDecimal(Math.abs(value));
        String digits =
                switch (verb) {
                    case 'v' -> general(magnitude, exact, flags.precision, PLAIN_BELOW, 'e');
                    case 'g' -> general(magnitude, exact, flags.precision, PLAIN_BELOW, 'e');
                    case 'G' -> general(magnitude, exact, flags.precision, PLAIN_BELOW, 'E');
                    case 'f', 'F' -> fixed(exact, flags.precision < 0 ? 6 : flags.precision);
                    case 'e' -> scientific(exact, flags.precision < 0 ? 6 : flags.precision, 'e');
                    case 'E' -> scientific(exact, flags.precision < 0 ? 6 : flags.precision, 'E');
                    default -> null;
                };
        return digits == null ? null : flags.pad(flags.sign(value < 0), digits);
    }

    private static String fixed(BigDecimal value, int precision) {
        return value.setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String scientific(BigDecimal value, int precision, char mark) {
        if (value.signum() == 0) {
            return "0" + (precision > 0 ? "." + "0".repeat(precision) : "") + mark + "+00";
        }
        var rounded = value.round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        String digits =
                rounded.movePointLeft(exponent)
                        .setScale(precision, RoundingMode.HALF_EVEN)
                        .toPlainString();
        return digits + mark + exponent(exponent);
    }

    private static String general(
            BigDecimal shortest, BigDecimal exact, int precision, int plainBelow, char mark) {
        if (exact.signum() == 0) {
            return "0";
        }
        var value =
                precision < 0
                        ? shortest
                        : exact.round(
                                new MathContext(Math.max(1, precision), RoundingMode.HALF_EVEN));
        value = value.stripTrailingZeros();
        int exponent = value.precision() - value.scale() - 1;
        int limit = precision < 0 ? plainBelow : Math.max(1, precision);
        if (exponent < -4 || exponent >= limit) {
            return value.movePointLeft(exponent).stripTrailingZeros().toPlainString()
                    + mark
                    + exponent(exponent);
        }
        return value.toPlainString();
    }

    private static String exponent(int exponent) {
        int magnitude = Math.abs(exponent);
        return (exponent < 0 ? "-" : "+") + (magnitude < 10 ? "0" : "") + magnitude;
    }
}
