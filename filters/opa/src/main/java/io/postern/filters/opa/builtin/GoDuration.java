package io.postern.filters.opa.builtin;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code 1h30m}, {@code -1.5s}: Go's durations, and OPA's units d, w and y on top. */
final class GoDuration {
    private static final Pattern SEGMENT =
            Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|[smhdwy])");
    private static final long HOUR = 3_600_000_000_000L;
    private static final Map<String, Long> NANOS =
            Map.ofEntries(
                    Map.entry("ns", 1L),
                    Map.entry("us", 1_000L),
                    Map.entry("µs", 1_000L),
                    Map.entry("μs", 1_000L),
                    Map.entry("ms", 1_000_000L),
                    Map.entry("s", 1_000_000_000L),
                    Map.entry("m", 60_000_000_000L),
                    Map.entry("h", HOUR),
                    Map.entry("d", 24 * HOUR),
                    Map.entry("w", 7 * 24 * HOUR),
                    Map.entry("y", 365 * 24 * HOUR));

    private GoDuration() {}

    /** Nanoseconds. */
    static long parse(String text) {
        String unsigned = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        if (unsigned.equals("0")) {
            return 0;
        }
        var segments = SEGMENT.matcher(unsigned);
        var sum = BigDecimal.ZERO;
        int end = 0;
        while (segments.find() && segments.start() == end) {
            long unit = NANOS.getOrDefault(segments.group(2), 0L);
            sum = sum.add(new BigDecimal(segments.group(1)).multiply(BigDecimal.valueOf(unit)));
            end = segments.end();
        }
        if (end == 0 || end < unsigned.length()) {
            throw new BuiltinError("time: invalid duration \"" + text + '"');
        }
        try {
            long nanos = sum.toBigInteger().longValueExact();
            return text.startsWith("-") ? -nanos : nanos;
        } catch (ArithmeticException e) {
            throw new BuiltinError("time: invalid duration \"" + text + '"');
        }
    }
}
