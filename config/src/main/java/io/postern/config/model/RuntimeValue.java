package io.postern.config.model;

import io.postern.config.model.RouteMatch.Fraction;
import org.jspecify.annotations.Nullable;

/**
 * One value of a runtime layer, read in every way that makes sense of it.
 *
 * @param text as it is shown
 * @param number null: it is none
 * @param share null: it is no {@code {numerator, denominator}}
 */
public record RuntimeValue(String text, @Nullable Double number, @Nullable Fraction share) {
    private static final int PERCENT = 100;

    /** A value given as text: of the admin layer, or a string. */
    public static RuntimeValue of(String text) {
        return new RuntimeValue(text, number(text.strip()), null);
    }

    private static @Nullable Double number(String text) {
        try {
            return text.isEmpty() ? null : Double.valueOf(text);
        } catch (NumberFormatException _) {
            return null;
        }
    }

    /** The number, if it is a whole one that is not negative. */
    public @Nullable Long whole() {
        Double value = number;
        return value != null && value >= 0 && value == Math.rint(value)
                ? (Long) value.longValue()
                : null;
    }

    /** A share; a whole number is a percentage, as in Envoy. */
    public @Nullable Fraction fraction() {
        Long percent = whole();
        return share == null && percent != null
                ? new Fraction((int) Math.min(PERCENT, percent), PERCENT)
                : share;
    }
}
