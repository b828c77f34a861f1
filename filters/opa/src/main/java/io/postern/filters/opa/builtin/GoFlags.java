package io.postern.filters.opa.builtin;

/** Flags, width and precision of one directive of {@link GoFormat}. */
final class GoFlags {
    boolean plus;
    boolean minus;
    boolean sharp;
    boolean space;
    boolean zero;
    int width = -1;
    int precision = -1;

    /** Whether the character is a flag. */
    boolean take(char c) {
        switch (c) {
            case '+' -> plus = true;
            case '-' -> minus = true;
            case '#' -> sharp = true;
            case ' ' -> space = true;
            case '0' -> zero = true;
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Text brought to the width with blanks. */
    String pad(String text) {
        int missing = width - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return text;
        }
        String blanks = " ".repeat(missing);
        return minus ? text + blanks : blanks + text;
    }

    /** A number brought to the width, zeros between sign and digits where asked for. */
    String pad(String sign, String digits) {
        int missing = width - sign.length() - digits.length();
        if (zero && !minus && missing > 0) {
            return sign + "0".repeat(missing) + digits;
        }
        return pad(sign + digits);
    }

    /** The sign to show. */
    String sign(boolean negative) {
        return negative ? "-" : plus ? "+" : space ? " " : "";
    }
}
