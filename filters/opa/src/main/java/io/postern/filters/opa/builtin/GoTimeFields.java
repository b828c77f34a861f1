package io.postern.filters.opa.builtin;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A time while it is being parsed: the text with a cursor, and the fields found so far. */
final class GoTimeFields {
    private final String text;
    private int at;
    private int nanos;
    private int offsetSeconds;
    private boolean afternoon;
    private boolean hasHalfDay;

    int year;
    int month = 1;
    int day = 1;
    int dayOfYear;
    int hour;
    int hour12 = -1;
    int minute;
    private int second;

    GoTimeFields(String text) {
        this.text = text;
    }

    // Unlike the rest of a layout, blanks of a layout match any number of blanks.
    void literal(String expected) {
        if (expected.equals(" ")) {
            if (at < text.length() && text.charAt(at) != ' ') {
                throw bad();
            }
            skipBlanks();
        } else if (text.startsWith(expected, at)) {
            at += expected.length();
        } else {
            throw bad();
        }
    }

    /** Index of the name at the cursor. */
    int name(List<String> names, boolean shortened) {
        for (int i = 0; i < names.size(); i++) {
            String name = shortened ? names.get(i).substring(0, 3) : names.get(i);
            if (text.regionMatches(true, at, name, 0, name.length())) {
                at += name.length();
                return i;
            }
        }
        throw bad();
    }

    int number(int least, int most) {
        int start = at;
        int value = 0;
        while (at < text.length() && at - start < most && isDigit(text.charAt(at))) {
            value = value * 10 + text.charAt(at++) - '0';
        }
        if (at - start < least) {
            throw bad();
        }
        return value;
    }

    void day(String layout) {
        if (layout.startsWith("_") && at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        day = number(layout.equals("02") ? 2 : 1, 2);
    }

    void shortYear() {
        int two = number(2, 2);
        year = two >= 69 ? 1900 + two : 2000 + two;
    }

    // A fraction is read after the seconds even when the layout has none.
    void second(int least, @Nullable GoTimeElement following) {
        second = number(least, 2);
        boolean follows = following != null && following.kind() == GoTimeElement.Kind.FRACTION;
        boolean isPoint = at + 1 < text.length() && ".,".indexOf(text.charAt(at)) >= 0;
        if (!follows && isPoint && isDigit(text.charAt(at + 1))) {
            fractionDigits(1, 9);
        }
    }

    void fraction(String layout) {
        boolean isOptional = layout.charAt(1) == '9';
        boolean isThere = at < text.length() && ".,".indexOf(text.charAt(at)) >= 0;
        if (isThere) {
            fractionDigits(
                    isOptional ? 1 : layout.length() - 1, isOptional ? 9 : layout.length() - 1);
        } else if (!isOptional) {
            throw bad();
        }
    }

    void halfDay() {
        afternoon = text.regionMatches(true, at, "PM", 0, 2);
        if (!afternoon && !text.regionMatches(true, at, "AM", 0, 2)) {
            throw bad();
        }
        hasHalfDay = true;
        at += 2;
    }

    // Go gives unknown abbreviations an offset of zero.
    void zoneName() {
        int start = at;
        while (at < text.length() && Character.isUpperCase(text.charAt(at))) {
            at++;
        }
        if (at - start < 3 || at - start > 5) {
            throw bad();
        }
    }

    void offset(String layout) {
        if (layout.startsWith("Z") && at < text.length() && text.charAt(at) == 'Z') {
            at++;
            return;
        }
        if (at >= text.length() || "+-".indexOf(text.charAt(at)) < 0) {
            throw bad();
        }
        int sign = text.charAt(at++) == '-' ? -1 : 1;
        int parts = (layout.replace(":", "").length() - 1) / 2;
        int seconds = number(2, 2) * 3600;
        for (int part = 1; part < parts; part++) {
            if (layout.indexOf(':') >= 0) {
                literal(":");
            }
            seconds += number(2, 2) * (part == 1 ? 60 : 1);
        }
        offsetSeconds = sign * seconds;
    }

    Instant instant() {
        if (at != text.length()) {
            throw bad();
        }
        try {
            var date =
                    dayOfYear > 0
                            ? LocalDate.ofYearDay(year, dayOfYear)
                            : LocalDate.of(year, month, day);
            var time = LocalTime.of(hourOfDay(), minute, second, nanos);
            return LocalDateTime.of(date, time).toInstant(ZoneOffset.ofTotalSeconds(offsetSeconds));
        } catch (DateTimeException e) {
            throw new BuiltinError(
                    String.format(Locale.ROOT, "parsing time \"%s\": %s", text, e.getMessage()));
        }
    }

    private int hourOfDay() {
        if (hour12 < 0) {
            return hour;
        }
        if (!hasHalfDay) {
            return hour12;
        }
        return hour12 % 12 + (afternoon ? 12 : 0);
    }

    private void fractionDigits(int least, int most) {
        int start = ++at;
        int value = 0;
        int scale = 0;
        while (at < text.length() && isDigit(text.charAt(at)) && (most == 9 || at - start < most)) {
            if (scale < 9) {
                value = value * 10 + text.charAt(at) - '0';
                scale++;
            }
            at++;
        }
        if (at - start < least) {
            throw bad();
        }
        for (; scale < 9; scale++) {
            value *= 10;
        }
        nanos = value;
    }

    private void skipBlanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private BuiltinError bad() {
        return new BuiltinError("parsing time \"" + text + "\": cannot parse at " + at);
    }
}
