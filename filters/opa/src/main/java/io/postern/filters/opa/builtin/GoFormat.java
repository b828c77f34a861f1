package io.postern.filters.opa.builtin;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Go's {@code fmt.Sprintf} for the operands that {@code sprintf} of Rego hands it: whole numbers,
 * other numbers, and text (everything else is text by then). Verbs, flags, width, precision, and
 * the {@code %!d(string=x)} marks of misuse are Go's; argument indexes ({@code %[1]d}) too.
 */
final class GoFormat {
    private static final int MOST_WIDTH = 10_000;

    private final String format;
    private final List<Object> arguments;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int next;
    private boolean reordered;

    private GoFormat(String format, List<Object> arguments) {
        this.format = format;
        this.arguments = arguments;
    }

    /** Formats; arguments are {@link BigInteger}, {@link Double} or {@link String}. */
    static String format(String format, List<Object> arguments) {
        return new GoFormat(format, arguments).run();
    }

    private String run() {
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c == '%') {
                directive();
            } else {
                out.append(c);
            }
        }
        if (!reordered && next < arguments.size()) {
            out.append("%!(EXTRA ");
            for (int i = next; i < arguments.size(); i++) {
                out.append(i > next ? ", " : "").append(typed(arguments.get(i)));
            }
            out.append(')');
        }
        return out.toString();
    }

    private void directive() {
        var flags = new GoFlags();
        while (at < format.length() && flags.take(format.charAt(at))) {
            at++;
        }
        index();
        flags.width = number();
        if (at < format.length() && format.charAt(at) == '.') {
            at++;
            index();
            flags.precision = Math.max(0, number());
        }
        index();
        if (at >= format.length()) {
            out.append("%!(NOVERB)");
            return;
        }
        int verb = format.codePointAt(at);
        at += Character.charCount(verb);
        if (verb == '%') {
            out.append('%');
        } else if (next < 0 || next >= arguments.size()) {
            out.append("%!").appendCodePoint(verb).append(next < 0 ? "(BADINDEX)" : "(MISSING)");
        } else {
            verb(verb, flags, arguments.get(next++));
        }
    }

    private void index() {
        if (at >= format.length() || format.charAt(at) != '[') {
            return;
        }
        int end = format.indexOf(']', at);
        String digits = end < 0 ? "" : format.substring(at + 1, end);
        reordered = true;
        boolean whole = digits.matches("[0-9]{1,6}");
        next = whole ? Integer.parseInt(digits) - 1 : -1;
        at = end < 0 ? at + 1 : end + 1;
    }

    private int number() {
        if (at < format.length() && format.charAt(at) == '*') {
            at++;
            boolean whole =
                    next >= 0
                            && next < arguments.size()
                            && arguments.get(next) instanceof BigInteger;
            int value = whole ? ((BigInteger) arguments.get(next)).intValue() : -1;
            next++;
            return value > MOST_WIDTH ? -1 : value;
        }
        int value = -1;
        while (at < format.length()
                && Character.isDigit(format.charAt(at))
                && value <= MOST_WIDTH) {
            value = Math.max(0, value) * 10 + format.charAt(at++) - '0';
        }
        return value;
    }

    private void verb(int verb, GoFlags flags, Object argument) {
        String text =
                switch (argument) {
                    case BigInteger whole -> whole(verb, flags, whole);
                    case Double number -> GoNumbers.decimal(verb, flags, number);
                    case String string -> string(verb, flags, string);
                    default -> null;
                };
        if (text == null) {
            out.append("%!").appendCodePoint(verb).append('(').append(typed(argument)).append(')');
        } else {
            out.append(text);
        }
    }

    private static @Nullable String whole(int verb, GoFlags flags, BigInteger value) {
        return switch (verb) {
            case 'v', 'd' -> GoNumbers.whole(flags, value, 10, "", false);
            case 'b' -> GoNumbers.whole(flags, value, 2, "0b", false);
            case 'o' -> GoNumbers.whole(flags, value, 8, "0", false);
            case 'O' -> "0o" + GoNumbers.whole(flags, value, 8, "", false);
            case 'x' -> GoNumbers.whole(flags, value, 16, "0x", false);
            case 'X' -> GoNumbers.whole(flags, value, 16, "0X", true);
            case 'c' -> flags.pad(Character.toString(codePoint(value)));
            case 'q' -> flags.pad("'" + Character.toString(codePoint(value)) + "'");
            case 'U' -> flags.pad(String.format("U+%04X", codePoint(value)));
            default -> null;
        };
    }

    private static @Nullable String string(int verb, GoFlags flags, String value) {
        String cut = flags.precision < 0 ? value : firstCodePoints(value, flags.precision);
        return switch (verb) {
            case 'v', 's' -> flags.pad(cut);
            case 'q' -> flags.pad(GoQuote.quote(cut, flags.plus));
            case 'x', 'X' -> flags.pad(GoQuote.hex(cut, verb == 'X', flags.space));
            default -> null;
        };
    }

    private static int codePoint(BigInteger value) {
        return value.bitLength() < 22 && Character.isValidCodePoint(value.intValue())
                ? value.intValue()
                : 0xfffd;
    }

    private static String firstCodePoints(String value, int count) {
        int most = value.codePointCount(0, value.length());
        return count >= most ? value : value.substring(0, value.offsetByCodePoints(0, count));
    }

    private static String typed(Object argument) {
        return switch (argument) {
            case BigInteger whole when whole.bitLength() < 64 -> "int64=" + whole;
            case BigInteger whole -> "*big.Int=" + whole;
            case Double number -> "float64=" + GoNumbers.decimal('v', new GoFlags(), number);
            default -> "string=" + argument;
        };
    }

    /** A number of the guest as an argument; what is not written as a whole number is none. */
    static Object argument(BigDecimal number) {
        return number.scale() == 0 ? number.toBigIntegerExact() : (Object) number.doubleValue();
    }
}
