package io.postern.core.format;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code %START_TIME(…)%}: strftime with Envoy's {@code %f}, {@code %3f} and {@code %s} and the
 * {@code %E} extensions of Abseil's FormatTime. Thread-safe: immutable.
 */
final class TimeFormat {
    private static final String DEFAULT = "%Y-%m-%dT%H:%M:%E3SZ";
    private static final long NANOS = 1_000_000_000L;

    private final Field[] fields;
    private final @Nullable ZoneId zone;

    private TimeFormat(List<Field> fields, @Nullable ZoneId zone) {
        this.fields = fields.toArray(Field[]::new);
        this.zone = zone;
    }

    /** The operator for this pattern; an empty one stands for ISO 8601 with milliseconds. */
    static Operator operator(String pattern, @Nullable ZoneId zone, String name) {
        TimeFormat format = ofOperator(pattern, zone);
        boolean emit = name.startsWith("EMIT");
        return (view, out) -> {
            long start = view.streamInfo().startTimeEpochNanos();
            format.write(emit ? start + view.streamInfo().durationNanos() : start, out);
            return true;
        };
    }

    /** What an operator's argument says; an empty one stands for ISO 8601 with milliseconds. */
    static TimeFormat ofOperator(String pattern, @Nullable ZoneId zone) {
        return of(pattern.isEmpty() ? DEFAULT : pattern, zone);
    }

    static TimeFormat of(String pattern, @Nullable ZoneId zone) {
        var fields = new ArrayList<Field>();
        for (int at = 0; at < pattern.length(); ) {
            int end = at;
            if (pattern.charAt(at) == '%') {
                end = at + conversionLength(pattern, at);
                fields.add(conversion(pattern.substring(at + 1, end)));
            } else {
                end = pattern.indexOf('%', at);
                end = end < 0 ? pattern.length() : end;
                String literal = pattern.substring(at, end);
                fields.add((_, out) -> out.appendUtf8(literal));
            }
            at = end;
        }
        return new TimeFormat(fields, zone);
    }

    void write(long epochNanos, OctetBuffer out) {
        long second = Math.floorDiv(epochNanos, NANOS);
        int nanos = Math.toIntExact(Math.floorMod(epochNanos, NANOS));
        ZoneOffset offset =
                zone == null
                        ? ZoneOffset.UTC
                        : zone.getRules().getOffset(Instant.ofEpochSecond(second));
        var time =
                new Time(second, nanos, LocalDateTime.ofEpochSecond(second, nanos, offset), offset);
        for (Field field : fields) {
            field.write(time, out);
        }
    }

    /** {@code %Y}, {@code %3f}, {@code %EY}, {@code %E3S}, {@code %E*S}. */
    private static int conversionLength(String pattern, int at) {
        int end = at + 1;
        if (end < pattern.length() && pattern.charAt(end) == 'E') {
            end++;
            if (end + 1 < pattern.length() && !Character.isLetter(pattern.charAt(end))) {
                end++;
            }
        } else if (end + 1 < pattern.length() && Character.isDigit(pattern.charAt(end))) {
            end++;
        }
        return Math.min(end + 1, pattern.length()) - at;
    }

    private static Field conversion(String spec) {
        if (spec.length() == 2 && spec.charAt(1) == 'f' && Character.isDigit(spec.charAt(0))) {
            return fraction(spec.charAt(0) - '0');
        }
        if (spec.startsWith("E") && spec.length() == 3) {
            char precision = spec.charAt(1);
            Field fraction =
                    precision == '*' ? TimeFormat::shortFraction : fraction(precision - '0');
            return switch (spec.charAt(2)) {
                case 'S' ->
                        (time, out) -> {
                            out.appendPadded(time.local.getSecond(), 2);
                            out.append('.');
                            fraction.write(time, out);
                        };
                case 'f' -> fraction;
                case 'Y' -> (time, out) -> out.appendPadded(time.local.getYear(), precision - '0');
                case 'z' -> (time, out) -> out.appendLatin1(offset(time.offset, "xxx"));
                default -> unknown(spec);
            };
        }
        return switch (spec) {
            case "f" -> fraction(9);
            case "s" -> (time, out) -> out.appendDecimal(time.epochSecond);
            case "ET" -> (_, out) -> out.append('T');
            case "Ez" -> (time, out) -> out.appendLatin1(offset(time.offset, "xxx"));
            default -> spec.length() == 1 ? strftime(spec.charAt(0)) : unknown(spec);
        };
    }

    private static Field unknown(String spec) {
        return (_, out) -> out.appendUtf8("%" + spec);
    }

    private static Field fraction(int digits) {
        int count = Math.clamp(digits, 0, 9);
        long unit = 1;
        for (int i = count; i < 9; i++) {
            unit *= 10;
        }
        long divisor = unit;
        return (time, out) -> out.appendPadded(time.nanos / divisor, count);
    }

    private static void shortFraction(Time time, OctetBuffer out) {
        int end = out.length() + 1;
        out.appendPadded(time.nanos, 9);
        int length = out.length();
        while (length > end && out.array()[length - 1] == '0') {
            length--;
        }
        out.truncate(length);
    }

    private static Field strftime(char letter) {
        return switch (letter) {
            case 'Y' -> (time, out) -> out.appendPadded(time.local.getYear(), 4);
            case 'm' -> (time, out) -> out.appendPadded(time.local.getMonthValue(), 2);
            case 'd' -> (time, out) -> out.appendPadded(time.local.getDayOfMonth(), 2);
            case 'H' -> (time, out) -> out.appendPadded(time.local.getHour(), 2);
            case 'M' -> (time, out) -> out.appendPadded(time.local.getMinute(), 2);
            case 'S' -> (time, out) -> out.appendPadded(time.local.getSecond(), 2);
            case 'C' -> (time, out) -> out.appendPadded(time.local.getYear() / 100, 2);
            case 'y' -> (time, out) -> out.appendPadded(time.local.getYear() % 100, 2);
            case 'j' -> (time, out) -> out.appendPadded(time.local.getDayOfYear(), 3);
            case 'u' -> (time, out) -> out.appendDecimal(time.local.getDayOfWeek().getValue());
            case 'w' -> (time, out) -> out.appendDecimal(time.local.getDayOfWeek().getValue() % 7);
            case 'I' -> (time, out) -> out.appendPadded(hour12(time), 2);
            case 'p' -> (time, out) -> out.appendLatin1(time.local.getHour() < 12 ? "AM" : "PM");
            case 'z' -> (time, out) -> out.appendLatin1(offset(time.offset, "xx"));
            case 'Z' -> (time, out) -> out.appendLatin1(zoneName(time.offset));
            case 'V' -> (time, out) -> out.appendPadded(week(time), 2);
            case 'U' -> (time, out) -> out.appendPadded(week(time, DayOfWeek.SUNDAY), 2);
            case 'W' -> (time, out) -> out.appendPadded(week(time, DayOfWeek.MONDAY), 2);
            case 'G' -> (time, out) -> out.appendPadded(weekYear(time), 4);
            case 'g' -> (time, out) -> out.appendPadded(weekYear(time) % 100, 2);
            case 'a' -> text("EEE");
            case 'A' -> text("EEEE");
            case 'b', 'h' -> text("MMM");
            case 'B' -> text("MMMM");
            case 'c' -> text("EEE MMM ppd HH:mm:ss yyyy");
            case 'D', 'x' -> text("MM/dd/yy");
            case 'F' -> text("yyyy-MM-dd");
            case 'T', 'X' -> text("HH:mm:ss");
            case 'R' -> text("HH:mm");
            case 'r' -> text("hh:mm:ss a");
            case 'e' -> text("ppd");
            case 'k' -> text("ppH");
            case 'l' -> text("pph");
            case 'n' -> (_, out) -> out.append('\n');
            case 't' -> (_, out) -> out.append('\t');
            case '%' -> (_, out) -> out.append('%');
            default -> unknown(String.valueOf(letter));
        };
    }

    private static Field text(String pattern) {
        var formatter = DateTimeFormatter.ofPattern(pattern, Locale.US);
        return (time, out) -> out.appendLatin1(formatter.format(time.local));
    }

    private static int hour12(Time time) {
        return time.local.get(ChronoField.CLOCK_HOUR_OF_AMPM);
    }

    private static int week(Time time) {
        return time.local.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
    }

    private static int week(Time time, DayOfWeek first) {
        int sinceFirst = Math.floorMod(time.local.getDayOfWeek().getValue() - first.getValue(), 7);
        return (time.local.getDayOfYear() + 6 - sinceFirst) / 7;
    }

    private static int weekYear(Time time) {
        return time.local.get(IsoFields.WEEK_BASED_YEAR);
    }

    private static String offset(ZoneOffset offset, String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).format(offset);
    }

    private static String zoneName(ZoneOffset offset) {
        return offset.equals(ZoneOffset.UTC) ? "UTC" : "UTC" + offset(offset, "xxx");
    }

    private record Time(long epochSecond, int nanos, LocalDateTime local, ZoneOffset offset) {}

    @FunctionalInterface
    private interface Field {
        void write(Time time, OctetBuffer out);
    }
}
