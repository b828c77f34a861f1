package io.postern.sdk;

import org.jspecify.annotations.Nullable;

/**
 * Where in a trace something happens: the trace, and the span that new ones are children of.
 * Thread-safe: immutable.
 *
 * <p>Sources: W3C Trace Context level 1, and B3 of Zipkin in its single and its multi form.
 *
 * @param traceHigh the first 64 bits of the trace id; 0 for ids of 64 bits
 * @param traceLow the last 64 bits of the trace id
 * @param spanId never 0
 * @param sampled whether spans are recorded
 */
public record TraceContext(long traceHigh, long traceLow, long spanId, boolean sampled) {
    /** What dispatched requests carry. */
    public static final HeaderName TRACEPARENT = HeaderName.of("traceparent");

    private static final HeaderName B3 = HeaderName.of("b3");
    private static final HeaderName B3_TRACE = HeaderName.of("x-b3-traceid");
    private static final HeaderName B3_SPAN = HeaderName.of("x-b3-spanid");
    private static final HeaderName B3_SAMPLED = HeaderName.of("x-b3-sampled");
    private static final HeaderName B3_FLAGS = HeaderName.of("x-b3-flags");
    private static final int LONG_DIGITS = 16;
    private static final int SPAN_AT = 36; // 00-TRACE-SPAN-FLAGS
    private static final int FLAGS_AT = 53;
    private static final int LENGTH = 55;

    /** The context that a request carries; null when it has none, or a malformed one. */
    public static @Nullable TraceContext of(HeaderMap head) {
        String parent = head.get(TRACEPARENT);
        if (parent != null) {
            return w3c(parent);
        }
        String single = head.get(B3);
        if (single != null) {
            return b3(single);
        }
        String trace = head.get(B3_TRACE);
        String span = head.get(B3_SPAN);
        if (trace == null || span == null) {
            return null;
        }
        String sampled = head.get(B3_SAMPLED);
        boolean debug = "1".equals(head.get(B3_FLAGS));
        return of(trace, span, debug || "1".equals(sampled) || "true".equals(sampled));
    }

    // later versions may have more behind the flags
    private static @Nullable TraceContext w3c(String text) {
        boolean plain =
                text.length() >= LENGTH
                        && text.charAt(2) == '-'
                        && text.charAt(SPAN_AT - 1) == '-'
                        && text.charAt(FLAGS_AT - 1) == '-'
                        && (text.length() == LENGTH
                                || (!text.startsWith("00") && text.charAt(LENGTH) == '-'));
        if (!plain || !isHex(text, 0, 2) || text.startsWith("ff") || !isHex(text, FLAGS_AT, 2)) {
            return null;
        }
        boolean sampled = (Character.digit(text.charAt(FLAGS_AT + 1), 16) & 1) != 0;
        return of(text.substring(3, SPAN_AT - 1), text.substring(SPAN_AT, FLAGS_AT - 1), sampled);
    }

    private static @Nullable TraceContext b3(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            return null; // only a decision: there is no trace
        }
        String rest = text.substring(dash + 1);
        int end = rest.indexOf('-');
        String span = end < 0 ? rest : rest.substring(0, end);
        boolean sampled =
                end >= 0 && (rest.startsWith("1", end + 1) || rest.startsWith("d", end + 1));
        return of(text.substring(0, dash), span, sampled);
    }

    private static @Nullable TraceContext of(String trace, String span, boolean sampled) {
        boolean whole =
                (trace.length() == LONG_DIGITS || trace.length() == 2 * LONG_DIGITS)
                        && span.length() == LONG_DIGITS
                        && isHex(trace, 0, trace.length())
                        && isHex(span, 0, LONG_DIGITS);
        if (!whole) {
            return null;
        }
        int low = trace.length() - LONG_DIGITS;
        var context =
                new TraceContext(
                        low == 0 ? 0 : Long.parseUnsignedLong(trace, 0, low, 16),
                        Long.parseUnsignedLong(trace, low, trace.length(), 16),
                        Long.parseUnsignedLong(span, 16),
                        sampled);
        boolean empty = (context.traceHigh | context.traceLow) == 0 || context.spanId == 0;
        return empty ? null : context;
    }

    // lower case only, as the specification says; B3 has it so, too
    private static boolean isHex(String text, int from, int count) {
        for (int i = from; i < from + count; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** The same place in the trace for a child: {@code span} must not be 0. */
    public TraceContext child(long span) {
        return new TraceContext(traceHigh, traceLow, span, sampled);
    }

    /** 32 hexadecimal digits. */
    public String traceId() {
        return hex(traceHigh) + hex(traceLow);
    }

    /** 16 hexadecimal digits. */
    public String spanIdText() {
        return hex(spanId);
    }

    /** As the header of W3C Trace Context. */
    public String traceparent() {
        return "00-" + traceId() + "-" + spanIdText() + (sampled ? "-01" : "-00");
    }

    private static String hex(long value) {
        String digits = Long.toHexString(value);
        return "0".repeat(LONG_DIGITS - digits.length()) + digits;
    }
}
