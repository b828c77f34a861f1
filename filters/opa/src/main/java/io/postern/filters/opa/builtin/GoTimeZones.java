package io.postern.filters.opa.builtin;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Fractions, zone names and offsets as Go writes them. */
final class GoTimeZones {
    private static final DateTimeFormatter SHORT_NAME =
            DateTimeFormatter.ofPattern("zzz", Locale.US);
    private static final int NANO_DIGITS = 9;

    private GoTimeZones() {}

    // .000 keeps zeros at the end, .999 drops them, and the point with the last digit.
    static void fraction(String layout, int nanos, StringBuilder out) {
        int digits = Math.min(NANO_DIGITS, layout.length() - 1);
        String text = String.format(Locale.ROOT, "%09d", nanos).substring(0, digits);
        if (layout.charAt(1) == '9') {
            text = text.replaceAll("0+$", "");
        }
        if (!text.isEmpty()) {
            out.append(layout.charAt(0)).append(text);
        }
    }

    static void name(ZonedDateTime time, StringBuilder out) {
        String name = time.getOffset().equals(time.getZone()) ? "" : SHORT_NAME.format(time);
        if (time.getOffset().getTotalSeconds() == 0 && name.isEmpty()) {
            out.append("UTC");
        } else if (name.isEmpty()) {
            offset("-0700", time.getOffset().getTotalSeconds(), out);
        } else {
            out.append(name);
        }
    }

    static void offset(String layout, int seconds, StringBuilder out) {
        if (layout.startsWith("Z") && seconds == 0) {
            out.append('Z');
            return;
        }
        int magnitude = Math.abs(seconds);
        String colon = layout.indexOf(':') >= 0 ? ":" : "";
        int parts = (layout.replace(":", "").length() - 1) / 2;
        out.append(seconds < 0 ? '-' : '+').append(two(magnitude / 3600));
        if (parts > 1) {
            out.append(colon).append(two(magnitude / 60 % 60));
        }
        if (parts > 2) {
            out.append(colon).append(two(magnitude % 60));
        }
    }

    private static String two(int value) {
        return (value < 10 ? "0" : "") + value;
    }
}
