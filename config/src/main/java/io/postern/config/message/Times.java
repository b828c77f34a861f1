package io.postern.config.message;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations and timestamps in their JSON forms. */
final class Times {
    private static final Pattern DURATION =
            Pattern.compile("(-?)([0-9]{1,12})(?:\\.([0-9]{1,9}))?s");
    private static final Pattern OTHER_UNIT = Pattern.compile("([0-9]+)(ms|us|m|h|min|d)?");

    /** Ten thousand years, protobuf's own bound. */
    private static final long MAX_SECONDS = 315_576_000_000L;

    private Times() {}

    /** A text as a message; null when it is not of this form. */
    interface Format {
        @Nullable Message parse(String text);
    }

    static @Nullable Message duration(String text) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        long seconds = Long.parseLong(parts.group(2));
        if (seconds > MAX_SECONDS) {
            return null;
        }
        var fraction = parts.group(3) == null ? "" : parts.group(3);
        int nanos = Integer.parseInt(fraction + "0".repeat(9 - fraction.length()));
        int sign = parts.group(1).isEmpty() ? 1 : -1;
        return Duration.newBuilder().setSeconds(sign * seconds).setNanos(sign * nanos).build();
    }

    static @Nullable Message timestamp(String text) {
        try {
            var instant = OffsetDateTime.parse(text).toInstant();
            return Timestamp.newBuilder()
                    .setSeconds(instant.getEpochSecond())
                    .setNanos(instant.getNano())
                    .build();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** What a text that is no duration was probably meant to be. */
    static String cure(String text) {
        Matcher parts = OTHER_UNIT.matcher(text);
        if (!parts.matches() || parts.group(1).length() > 9) {
            return "";
        }
        long count = Long.parseLong(parts.group(1));
        var unit = parts.group(2) == null ? "" : parts.group(2);
        var seconds =
                switch (unit) {
                    case "ms" -> decimal(count, 1000);
                    case "us" -> decimal(count, 1_000_000);
                    case "m", "min" -> String.valueOf(count * 60);
                    case "h" -> String.valueOf(count * 3600);
                    case "d" -> String.valueOf(count * 86_400);
                    default -> String.valueOf(count);
                };
        return "did you mean " + seconds + "s?";
    }

    private static String decimal(long count, int divisor) {
        return java.math.BigDecimal.valueOf(count)
                .divide(java.math.BigDecimal.valueOf(divisor))
                .toPlainString();
    }
}
