package io.postern.app;

import io.postern.sdk.SpanSink;

/** Spans as lines of the process log, at its lowest level. Thread-safe. */
record SpanLog(Log log) implements SpanSink {
    @Override
    public boolean isOn() {
        return log.level() == Log.Level.TRACE;
    }

    @Override
    public void record(Span span) {
        long micros = (span.endEpochNanos() - span.startEpochNanos()) / 1000;
        log.trace(
                "trace",
                span.context().traceparent()
                        + " of "
                        + span.context().child(span.parentId()).spanIdText()
                        + ": "
                        + span.name()
                        + ", "
                        + micros
                        + " us, "
                        + span.attributes());
    }
}
