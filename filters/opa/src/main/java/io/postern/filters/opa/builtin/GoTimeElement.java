package io.postern.filters.opa.builtin;

import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One element of a {@link GoTimeLayout}.
 *
 * @param kind what it stands for
 * @param text how the layout spells it
 */
record GoTimeElement(Kind kind, String text) {
    private static final List<String> MONTHS =
            List.of(
                    "January",
                    "February",
                    "March",
                    "April",
                    "May",
                    "June",
                    "July",
                    "August",
                    "September",
                    "October",
                    "November",
                    "December");
    private static final List<String> DAYS =
            List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");

    enum Kind {
        LITERAL,
        MONTH_NAME,
        MONTH,
        DAY_NAME,
        DAY,
        DAY_OF_YEAR,
        YEAR,
        SHORT_YEAR,
        HOUR,
        HOUR_12,
        MINUTE,
        SECOND,
        HALF_DAY,
        FRACTION,
        ZONE_NAME,
        OFFSET
    }

    private record Spelling(String text, Kind kind) {}

    // Longer spellings first where one begins with another.
    private static final List<Spelling> SPELLINGS =
            List.of(
                    new Spelling("January", Kind.MONTH_NAME),
                    new Spelling("Jan", Kind.MONTH_NAME),
                    new Spelling("Monday", Kind.DAY_NAME),
                    new Spelling("Mon", Kind.DAY_NAME),
                    new Spelling("MST", Kind.ZONE_NAME),
                    new Spelling("2006", Kind.YEAR),
                    new Spelling("002", Kind.DAY_OF_YEAR),
                    new Spelling("__2", Kind.DAY_OF_YEAR),
                    new Spelling("01", Kind.MONTH),
                    new Spelling("02", Kind.DAY),
                    new Spelling("03", Kind.HOUR_12),
                    new Spelling("04", Kind.MINUTE),
                    new Spelling("05", Kind.SECOND),
                    new Spelling("06", Kind.SHORT_YEAR),
                    new Spelling("15", Kind.HOUR),
                    new Spelling("_2", Kind.DAY),
                    new Spelling("1", Kind.MONTH),
                    new Spelling("2", Kind.DAY),
                    new Spelling("3", Kind.HOUR_12),
                    new Spelling("4", Kind.MINUTE),
                    new Spelling("5", Kind.SECOND),
                    new Spelling("PM", Kind.HALF_DAY),
                    new Spelling("pm", Kind.HALF_DAY),
                    new Spelling("-07:00:00", Kind.OFFSET),
                    new Spelling("-070000", Kind.OFFSET),
                    new Spelling("-07:00", Kind.OFFSET),
                    new Spelling("-0700", Kind.OFFSET),
                    new Spelling("-07", Kind.OFFSET),
                    new Spelling("Z07:00:00", Kind.OFFSET),
                    new Spelling("Z070000", Kind.OFFSET),
                    new Spelling("Z07:00", Kind.OFFSET),
                    new Spelling("Z0700", Kind.OFFSET),
                    new Spelling("Z07", Kind.OFFSET));

    /** The element that starts at {@code at}; a character of its own when none does. */
    static GoTimeElement at(String layout, int at) {
        for (var spelling : SPELLINGS) {
            if (layout.startsWith(spelling.text(), at) && !isPartOfWord(layout, at, spelling)) {
                return new GoTimeElement(spelling.kind(), spelling.text());
            }
        }
        int end = at + 1;
        if (layout.charAt(at) == '.' || layout.charAt(at) == ',') {
            while (end < layout.length()
                    && layout.charAt(end) == layout.charAt(Math.min(at + 1, layout.length() - 1))
                    && "09".indexOf(layout.charAt(end)) >= 0) {
                end++;
            }
            boolean digitFollows = end < layout.length() && Character.isDigit(layout.charAt(end));
            if (end > at + 1 && !digitFollows) {
                return new GoTimeElement(Kind.FRACTION, layout.substring(at, end));
            }
        }
        return new GoTimeElement(Kind.LITERAL, layout.substring(at, at + 1));
    }

    // Go: "Jan" does not count in "Janet", nor "Mon" in "Month".
    private static boolean isPartOfWord(String layout, int at, Spelling spelling) {
        boolean isShortName = spelling.text().equals("Jan") || spelling.text().equals("Mon");
        int end = at + spelling.text().length();
        return isShortName && end < layout.length() && Character.isLowerCase(layout.charAt(end));
    }

    void format(ZonedDateTime time, StringBuilder out) {
        switch (kind) {
            case LITERAL -> out.append(text);
            case MONTH_NAME -> name(MONTHS.get(time.getMonthValue() - 1), out);
            case DAY_NAME -> name(DAYS.get(time.getDayOfWeek().getValue() - 1), out);
            case MONTH -> number(time.getMonthValue(), out);
            case DAY -> number(time.getDayOfMonth(), out);
            case DAY_OF_YEAR -> number(time.getDayOfYear(), out);
            case YEAR -> out.append(String.format(Locale.ROOT, "%04d", time.getYear()));
            case SHORT_YEAR -> number(Math.floorMod(time.getYear(), 100), out);
            case HOUR -> number(time.getHour(), out);
            case HOUR_12 -> number((time.getHour() + 11) % 12 + 1, out);
            case MINUTE -> number(time.getMinute(), out);
            case SECOND -> number(time.getSecond(), out);
            case HALF_DAY -> {
                String half = time.getHour() < 12 ? "AM" : "PM";
                out.append(text.equals("PM") ? half : half.toLowerCase(Locale.ROOT));
            }
            case FRACTION -> GoTimeZones.fraction(text, time.getNano(), out);
            case ZONE_NAME -> GoTimeZones.name(time, out);
            case OFFSET -> GoTimeZones.offset(text, time.getOffset().getTotalSeconds(), out);
        }
    }

    void parse(GoTimeFields fields, @Nullable GoTimeElement following) {
        switch (kind) {
            case LITERAL -> fields.literal(text);
            case MONTH_NAME -> fields.month = fields.name(MONTHS, text.length() == 3) + 1;
            case DAY_NAME -> fields.name(DAYS, text.length() == 3);
            case MONTH -> fields.month = fields.number(text.length(), 2);
            case DAY -> fields.day(text);
            case DAY_OF_YEAR -> fields.dayOfYear = fields.number(3, 3);
            case YEAR -> fields.year = fields.number(4, 4);
            case SHORT_YEAR -> fields.shortYear();
            case HOUR -> fields.hour = fields.number(1, 2);
            case HOUR_12 -> fields.hour12 = fields.number(text.length(), 2);
            case MINUTE -> fields.minute = fields.number(text.length(), 2);
            case SECOND -> fields.second(text.length(), following);
            case HALF_DAY -> fields.halfDay();
            case FRACTION -> fields.fraction(text);
            case ZONE_NAME -> fields.zoneName();
            case OFFSET -> fields.offset(text);
        }
    }

    private void name(String full, StringBuilder out) {
        out.append(text.length() == 3 ? full.substring(0, 3) : full);
    }

    private void number(int value, StringBuilder out) {
        String digits = Integer.toString(value);
        boolean padded = text.length() > 1 && kind != Kind.YEAR;
        String pad = text.startsWith("_") ? " " : "0";
        int width = kind == Kind.HOUR ? 2 : text.length();
        out.append(padded ? pad.repeat(Math.max(0, width - digits.length())) : "").append(digits);
    }
}
