package io.postern.core.format;

import io.postern.sdk.StreamInfo;
import org.jspecify.annotations.Nullable;

/** Operators that show how long something took, in milliseconds unless told otherwise. */
final class DurationOperators {
    private static final long MILLI = 1_000_000;

    private DurationOperators() {}

    static @Nullable Operator of(String name, String argument) {
        return switch (name) {
            case "DURATION" -> between(Point.START, Point.END, MILLI);
            case "REQUEST_DURATION" -> between(Point.START, Point.REQUEST_END, MILLI);
            case "RESPONSE_DURATION" -> between(Point.START, Point.RESPONSE_START, MILLI);
            case "RESPONSE_TX_DURATION" -> between(Point.RESPONSE_START, Point.END, MILLI);
            case "COMMON_DURATION" -> common(argument);
            default -> null;
        };
    }

    /** {@code START:END:PRECISION}. */
    private static Operator common(String argument) {
        String[] parts = argument.split(":", -1);
        if (parts.length < 2) {
            return (_, _) -> false;
        }
        long unit =
                switch (parts.length > 2 ? parts[2] : "ms") {
                    case "ns" -> 1;
                    case "us" -> 1000;
                    default -> MILLI;
                };
        return between(Point.of(parts[0]), Point.of(parts[1]), unit);
    }

    private static Operator between(Point from, Point to, long unit) {
        return Operator.number(view -> {
            long start = from.nanos(view.streamInfo());
            long end = to.nanos(view.streamInfo());
            return start < 0 || end < start ? -1 : (end - start) / unit;
        });
    }

    private enum Point {
        START,
        REQUEST_END,
        RESPONSE_START,
        RESPONSE_END,
        END,
        UNKNOWN;

        static Point of(String name) {
            return switch (name) {
                case "DS_RX_BEG" -> START;
                case "DS_RX_END" -> REQUEST_END;
                case "US_RX_BEG" -> RESPONSE_START;
                case "US_RX_END" -> RESPONSE_END;
                case "DS_TX_END" -> END;
                default -> UNKNOWN;
            };
        }

        long nanos(StreamInfo info) {
            return switch (this) {
                case START -> 0;
                case REQUEST_END -> info.requestReceivedNanos();
                case RESPONSE_START -> info.firstUpstreamByteNanos();
                case RESPONSE_END -> info.lastUpstreamByteNanos();
                case END -> info.durationNanos();
                case UNKNOWN -> -1;
            };
        }
    }
}
