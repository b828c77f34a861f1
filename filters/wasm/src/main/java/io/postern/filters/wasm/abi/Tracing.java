package io.postern.filters.wasm.abi;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.SpanSink;
import io.postern.sdk.TraceContext;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What plugins have to do with traces: they can read where in a trace their request is, record
 * spans of their own, and what they call is told.
 *
 * <p>{@code record_span} takes a message with {@code string name = 1; uint64 start_epoch_nanos = 2;
 * uint64 end_epoch_nanos = 3; map<string, string> attributes = 4;} and gives the traceparent of the
 * new span, for calls that are its children; {@code get_parent_span} gives that of the request.
 */
public final class Tracing {
    private static final int NAME = 1;
    private static final int START = 2;
    private static final int END = 3;
    private static final int ATTRIBUTES = 4;
    private static final int MOST_ATTRIBUTES = 128; // as OpenTelemetry has it
    private static final int MOST_CHARACTERS = 1024;

    private Tracing() {}

    /**
     * A request that a plugin sends belongs to the trace of its stream, unless it says so itself.
     */
    static void carry(CallContext context, HeaderMap headers) {
        TraceContext trace = context.trace();
        if (trace != null && !headers.contains(TraceContext.TRACEPARENT)) {
            headers.set(
                    TraceContext.TRACEPARENT,
                    trace.traceparent().getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** {@code trace.*}. */
    static int property(String name, @Nullable TraceContext trace, ByteOutput value) {
        if (trace == null) {
            return Status.NOT_FOUND;
        }
        return switch (name) {
            case "" -> Status.SERIALIZATION_FAILURE;
            case "traceparent" -> Properties.text(value, trace.traceparent());
            case "trace_id" -> Properties.text(value, trace.traceId());
            case "span_id" -> Properties.text(value, trace.spanIdText());
            case "sampled" -> Properties.bool(value, trace.sampled());
            default -> Status.NOT_FOUND;
        };
    }

    static int parentSpan(GuestHost host, ByteOutput result) {
        return property("traceparent", host.context().trace(), result);
    }

    static int recordSpan(GuestHost host, ProtoFields fields, ByteOutput result) {
        String name = "";
        long end = host.epochNanos();
        long start = end;
        Map<String, String> attributes = new HashMap<>();
        while (fields.next()) {
            switch (fields.number()) {
                case NAME -> name = text(fields);
                case START -> start = fields.value();
                case END -> end = fields.value();
                case ATTRIBUTES -> attribute(fields, attributes);
                default -> {
                    // of a later version
                }
            }
        }
        if (fields.isMalformed() || name.isEmpty() || end < start) {
            return Status.BAD_ARGUMENT;
        }
        TraceContext parent = host.context().trace();
        if (parent == null) {
            return Status.NOT_FOUND;
        }
        attributes.putIfAbsent("plugin", host.context().plugin().name());
        TraceContext span = record(host, parent, name, start, end, attributes);
        return Properties.text(result, span.traceparent());
    }

    private static void attribute(ProtoFields fields, Map<String, String> attributes) {
        if (!fields.isBytes()) {
            return;
        }
        ProtoFields entry = fields.message();
        String key = "";
        String value = "";
        while (entry.next()) {
            if (entry.number() == 1) {
                key = text(entry);
            } else if (entry.number() == 2) {
                value = text(entry);
            }
        }
        if (attributes.size() < MOST_ATTRIBUTES) {
            attributes.put(key, value);
        }
    }

    private static String text(ProtoFields fields) {
        String text = fields.isBytes() ? fields.text() : "";
        return text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) : text;
    }

    /** Makes a span under {@code parent}; where the trace is sampled and wanted, it is recorded. */
    public static TraceContext record(
            GuestHost host,
            TraceContext parent,
            String name,
            long start,
            long end,
            Map<String, String> attributes) {
        TraceContext span = parent.child(host.random().nextLong() | 1); // never 0
        SpanSink sink = host.spans();
        if (span.sampled() && sink.isOn()) {
            sink.record(new SpanSink.Span(span, parent.spanId(), name, start, end, attributes));
        }
        return span;
    }
}
