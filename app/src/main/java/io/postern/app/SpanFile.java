package io.postern.app;

import io.postern.sdk.SpanSink;
import io.postern.sdk.TraceContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Spans in a file, one line each: an OTLP request as JSON, as OpenTelemetry's file exporter writes
 * and its collector reads them. Whoever records does not wait: when the disk cannot follow, spans
 * are dropped, and how many is logged. Thread-safe.
 */
final class SpanFile implements SpanSink, AutoCloseable {
    private static final int MOST_WAITING = 16_384;
    private static final int KIND_INTERNAL = 1;

    private final BlockingQueue<Span> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final LongAdder dropped = new LongAdder();
    private final Writer out;
    private final Log log;
    private final Thread writer;
    private volatile boolean closed;

    private SpanFile(Writer out, Log log) {
        this.out = out;
        this.log = log;
        this.writer = Thread.ofPlatform().daemon().name("span-file").unstarted(this::write);
    }

    /** Appends to {@code path}. */
    static SpanFile open(Path path, Log log) throws IOException {
        try {
            var out =
                    Files.newBufferedWriter(
                            path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            var file = new SpanFile(out, log);
            file.writer.start();
            return file;
        } catch (IOException e) {
            throw new IOException("--span-path " + path + ": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public void record(Span span) {
        if (!waiting.offer(span)) {
            dropped.increment();
        }
    }

    private void write() {
        try (out) {
            while (true) {
                Span span = waiting.poll();
                if (span != null) {
                    out.write(line(span));
                } else if (closed) {
                    return;
                } else {
                    out.flush();
                    writeNext();
                }
            }
        } catch (IOException | UncheckedIOException e) {
            log.error("trace", "spans are not written any more: " + e.getMessage());
        }
    }

    private void writeNext() throws IOException {
        try {
            out.write(line(waiting.take()));
        } catch (InterruptedException _) {
            closed = true; // what waits is written first
        }
    }

    @Override
    public void close() {
        closed = true;
        writer.interrupt();
        try {
            writer.join(1000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (dropped.sum() > 0) {
            log.warn("trace", dropped.sum() + " spans were dropped: the file could not follow");
        }
    }

    private static String line(Span span) {
        TraceContext context = span.context();
        var text = new StringBuilder(512);
        text.append("{\"resourceSpans\":[{\"resource\":{\"attributes\":[");
        attribute(text, "service.name", "postern");
        text.append("]},\"scopeSpans\":[{\"scope\":{\"name\":\"io.postern.wasm\"},\"spans\":[{");
        text.append("\"traceId\":\"").append(context.traceId());
        text.append("\",\"spanId\":\"").append(context.spanIdText());
        text.append("\",\"parentSpanId\":\"").append(context.child(span.parentId()).spanIdText());
        text.append("\",\"name\":");
        string(text, span.name());
        text.append(",\"kind\":").append(KIND_INTERNAL);
        text.append(",\"startTimeUnixNano\":\"").append(span.startEpochNanos());
        text.append("\",\"endTimeUnixNano\":\"").append(span.endEpochNanos());
        text.append("\",\"attributes\":[");
        String separator = "";
        for (Map.Entry<String, String> entry : span.attributes().entrySet()) {
            text.append(separator);
            attribute(text, entry.getKey(), entry.getValue());
            separator = ",";
        }
        return text.append("]}]}]}]}\n").toString();
    }

    private static void attribute(StringBuilder text, String key, String value) {
        text.append("{\"key\":");
        string(text, key);
        text.append(",\"value\":{\"stringValue\":");
        string(text, value);
        text.append("}}");
    }

    // names and attributes are a plugin's: anything may be in them
    private static void string(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                text.append("\\u").append(String.format("%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
