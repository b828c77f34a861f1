package io.postern.filters.opa.builtin;

import java.math.BigInteger;
import java.util.Comparator;

/**
 * A version of semver.org 2.0.0; a leading {@code v} is let pass, as OPA does. Build metadata does
 * not count when versions are compared.
 */
record SemanticVersion(long major, long minor, long patch, String preRelease)
        implements Comparable<SemanticVersion> {
    private static final Comparator<SemanticVersion> NUMBERS =
            Comparator.comparingLong(SemanticVersion::major)
                    .thenComparingLong(SemanticVersion::minor)
                    .thenComparingLong(SemanticVersion::patch);
    private static final String IDENTIFIERS = "[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*";

    static boolean isValid(String text) {
        try {
            of(text);
            return true;
        } catch (BuiltinError e) {
            return false;
        }
    }

    static SemanticVersion of(String text) {
        String rest = text.startsWith("v") ? text.substring(1) : text;
        int plus = rest.indexOf('+');
        if (plus >= 0) {
            check(rest.substring(plus + 1).matches(IDENTIFIERS), text);
            rest = rest.substring(0, plus);
        }
        int dash = rest.indexOf('-');
        String preRelease = "";
        if (dash >= 0) {
            preRelease = rest.substring(dash + 1);
            check(preRelease.matches(IDENTIFIERS), text);
            for (String identifier : preRelease.split("\\.", -1)) {
                check(!isNumber(identifier) || !hasLeadingZero(identifier), text);
            }
            rest = rest.substring(0, dash);
        }
        String[] numbers = rest.split("\\.", -1);
        check(numbers.length == 3, text);
        return new SemanticVersion(
                number(numbers[0], text),
                number(numbers[1], text),
                number(numbers[2], text),
                preRelease);
    }

    @Override
    public int compareTo(SemanticVersion other) {
        int numbers = NUMBERS.compare(this, other);
        if (numbers != 0 || preRelease.equals(other.preRelease)) {
            return Integer.signum(numbers);
        }
        if (preRelease.isEmpty() || other.preRelease.isEmpty()) {
            return preRelease.isEmpty() ? 1 : -1;
        }
        String[] mine = preRelease.split("\\.", -1);
        String[] others = other.preRelease.split("\\.", -1);
        for (int i = 0; i < Math.min(mine.length, others.length); i++) {
            int order = identifiers(mine[i], others[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(mine.length, others.length);
    }

    private static int identifiers(String left, String right) {
        boolean isLeftNumber = isNumber(left);
        if (isLeftNumber != isNumber(right)) {
            return isLeftNumber ? -1 : 1;
        }
        return Integer.signum(
                isLeftNumber
                        ? new BigInteger(left).compareTo(new BigInteger(right))
                        : left.compareTo(right));
    }

    private static long number(String digits, String text) {
        check(isNumber(digits) && !hasLeadingZero(digits) && digits.length() < 19, text);
        return Long.parseLong(digits);
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]+");
    }

    private static boolean hasLeadingZero(String digits) {
        return digits.length() > 1 && digits.startsWith("0");
    }

    private static void check(boolean valid, String text) {
        if (!valid) {
            throw new BuiltinError(text + " is not a valid SemVer");
        }
    }
}
