package io.postern.filters.wasm;

import io.postern.sdk.SpanSink;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps the spans it is given. */
final class RecordedSpans implements SpanSink {
    final List<Span> spans = new CopyOnWriteArrayList<>();
    boolean on = true;

    @Override
    public boolean isOn() {
        return on;
    }

    @Override
    public void record(Span span) {
        spans.add(span);
    }
}
