package io.postern.core.headers;

import io.postern.config.model.RouteAction.GrpcTimeout;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.concurrent.TimeUnit;

/**
 * What the grpc-timeout header of a request comes to under a route's limits (gRPC over HTTP/2,
 * "Timeout"). Pure functions.
 */
public final class GrpcTimeouts {
    static final HeaderName HEADER = HeaderName.of("grpc-timeout");

    private static final int MOST_DIGITS = 8;
    private static final long MOST = 99_999_999;

    private GrpcTimeouts() {}

    /** Nanoseconds for the whole stream; -1 when the request asks for nothing. */
    public static long ofStream(HeaderMap head, GrpcTimeout limits) {
        long asked = asked(head);
        if (asked < 0) {
            return -1;
        }
        long most = limits.max().toNanos();
        long granted = most != 0 ? Math.min(asked, most) : asked;
        return Math.max(granted - limits.offset().toNanos(), 1);
    }

    /** Nanoseconds until the answer; 0 is for ever, which is also what no header means. */
    public static long ofAnswer(HeaderMap head, GrpcTimeout limits) {
        long granted = Math.max(asked(head), 0);
        long offset = limits.offset().toNanos();
        if (offset < granted) {
            granted -= offset;
        }
        long most = limits.max().toNanos();
        return most != 0 && (granted == 0 || granted > most) ? most : granted;
    }

    /** A time-out as the header says it: at most eight digits, in the finest unit that has room. */
    static String text(long millis) {
        if (millis <= MOST) {
            return millis + "m";
        }
        long seconds = millis / 1000;
        if (seconds <= MOST) {
            return seconds + "S";
        }
        long minutes = seconds / 60;
        return minutes <= MOST ? minutes + "M" : Math.min(minutes / 60, MOST) + "H";
    }

    // -1: no header, or none that can be read.
    private static long asked(HeaderMap head) {
        int index = head.indexOf(HEADER);
        int digits = index < 0 ? 0 : head.valueLength(index) - 1;
        if (digits < 1 || digits > MOST_DIGITS) {
            return -1;
        }
        byte[] octets = head.octets();
        int at = head.valueStart(index);
        long number = 0;
        for (int i = at; i < at + digits; i++) {
            if (octets[i] < '0' || octets[i] > '9') {
                return -1;
            }
            number = number * 10 + octets[i] - '0';
        }
        return switch (octets[at + digits]) {
            case 'H' -> TimeUnit.HOURS.toNanos(number);
            case 'M' -> TimeUnit.MINUTES.toNanos(number);
            case 'S' -> TimeUnit.SECONDS.toNanos(number);
            case 'm' -> TimeUnit.MILLISECONDS.toNanos(number);
            case 'u' -> TimeUnit.MICROSECONDS.toNanos(number);
            case 'n' -> number;
            default -> -1;
        };
    }
}
