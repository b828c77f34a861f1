package io.postern.core.headers;

import io.postern.core.format.OctetBuffer;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.Month;

/**
 * The value of the date header (RFC 9110 section 5.6.7), made once a second. Confined to one event
 * loop.
 */
final class DateLine {
    private static final long SECONDS_A_DAY = 86_400;
    private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };

    private long second = Long.MIN_VALUE;
    private byte[] text = {};

    /** The date, not to be changed. */
    byte[] at(long epochNanos) {
        long now = Math.floorDiv(epochNanos, 1_000_000_000L);
        if (now != second) {
            second = now;
            text = format(now);
        }
        return text;
    }

    private static byte[] format(long epochSecond) {
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(epochSecond, SECONDS_A_DAY));
        int time = Math.toIntExact(Math.floorMod(epochSecond, SECONDS_A_DAY));
        DayOfWeek day = date.getDayOfWeek();
        Month month = date.getMonth();
        var out = new OctetBuffer(32);
        out.appendLatin1(DAYS[day.getValue() - 1]);
        out.appendLatin1(", ");
        out.appendPadded(date.getDayOfMonth(), 2);
        out.append(' ');
        out.appendLatin1(MONTHS[month.getValue() - 1]);
        out.append(' ');
        out.appendPadded(date.getYear(), 4);
        out.append(' ');
        out.appendPadded(time / 3600, 2);
        out.append(':');
        out.appendPadded(time / 60 % 60, 2);
        out.append(':');
        out.appendPadded(time % 60, 2);
        out.appendLatin1(" GMT");
        return out.toOctets();
    }
}
