package io.postern.config.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the ends of exchanges are logged.
 *
 * <p>Source: {@code envoy.config.accesslog.v3.AccessLog}.
 *
 * @param filter null: everything is logged
 */
public record AccessLog(Sink sink, Layout layout, @Nullable Filter filter) {
    /** Where lines go. */
    public sealed interface Sink {
        /** A file that is appended to. */
        record File(String path) implements Sink {}

        /** Standard output. */
        record Stdout() implements Sink {}

        /** Standard error. */
        record Stderr() implements Sink {}

        /** A plugin that is told; the layout is not used. */
        record Plugin(String name, FilterSpec spec) implements Sink {}
    }

    /** What a line looks like. */
    public sealed interface Layout {
        /** A format, with its line end. */
        record Text(Format format) implements Layout {}

        /** A JSON object a line; values are formats, nested maps, lists or literals. */
        record Json(Map<String, Object> fields, boolean omitEmpty, boolean sortProperties)
                implements Layout {
            public Json {
                fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
            }
        }
    }

    /** Which exchanges are logged. */
    public sealed interface Filter {
        /** {@code status op value}. */
        record StatusCode(Comparison comparison, long value) implements Filter {}

        /** Duration in milliseconds. */
        record DurationMillis(Comparison comparison, long value) implements Filter {}

        /** One of these response flags is set; empty: any flag. */
        record ResponseFlag(List<String> flags) implements Filter {}

        /** A request header matches. */
        record Header(HeaderMatcher matcher) implements Filter {}

        /**
         * A value of the stream's dynamic metadata matches; it counts as it is, whatever the
         * matcher says of inverting, as in Envoy.
         *
         * @param matcher null: there is nothing to look for
         * @param otherwise what is said of a stream without the value
         */
        record DynamicMetadata(@Nullable MetadataMatcher matcher, boolean otherwise)
                implements Filter {}

        /**
         * A share of the streams.
         *
         * @param byRequestId what is chosen is told by the request id, where there is one
         */
        record Share(RouteMatch.Fraction fraction, boolean byRequestId) implements Filter {}

        /** The stream's gRPC status is one of these, or is none of them. */
        record GrpcStatus(Set<Integer> statuses, boolean excluded) implements Filter {
            public GrpcStatus {
                statuses = Set.copyOf(statuses);
            }
        }

        /** The kind of the entry, {@code DownstreamEnd} for example, is one of these, or is not. */
        record LogType(Set<String> types, boolean excluded) implements Filter {
            public LogType {
                types = Set.copyOf(types);
            }
        }

        /** Not a health check. */
        record NotHealthCheck() implements Filter {}

        /** All of them. */
        record And(List<Filter> filters) implements Filter {}

        /** One of them. */
        record Or(List<Filter> filters) implements Filter {}
    }

    /** How numbers are compared. */
    public enum Comparison {
        EQUAL,
        GREATER_OR_EQUAL,
        LESS_OR_EQUAL,
        NOT_EQUAL
    }
}
