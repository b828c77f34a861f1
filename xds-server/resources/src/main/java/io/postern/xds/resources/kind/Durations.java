package io.postern.xds.resources.kind;

/** Durations as Gateway API writes them. Source: GEP-2257. */
public final class Durations {
    private Durations() {}

    /** Milliseconds of {@code 1h30m}, {@code 250ms}; the text has been checked. */
    public static long millis(String text) {
        long millis = 0;
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                number = number * 10 + (c - '0');
                continue;
            }
            if (text.startsWith("ms", i)) {
                millis += number;
                i++;
            } else {
                millis += number * (c == 'h' ? 3_600_000L : c == 'm' ? 60_000L : 1000L);
            }
            number = 0;
        }
        return millis;
    }
}
