package io.postern.sdk;

import java.util.Map;

/**
 * Where spans go when they have ended. Called on event loops; must not block. Thread-safe.
 *
 * <p>Only spans of sampled traces are given to it.
 */
public interface SpanSink {
    /** Takes nothing. */
    SpanSink NONE =
            new SpanSink() {
                @Override
                public boolean isOn() {
                    return false;
                }

                @Override
                public void record(Span span) {
                    // nobody looks
                }
            };

    /** Whether anybody looks: otherwise spans need not be made. */
    boolean isOn();

    /** Takes a span. */
    void record(Span span);

    /**
     * A piece of work in a trace.
     *
     * @param context with the span's own id
     * @param parentId the span that it is a child of
     * @param startEpochNanos nanoseconds since 1970
     * @param endEpochNanos not before the start
     */
    record Span(
            TraceContext context,
            long parentId,
            String name,
            long startEpochNanos,
            long endEpochNanos,
            Map<String, String> attributes) {
        public Span {
            attributes = Map.copyOf(attributes);
        }
    }
}
