package io.postern.core.observe;

import io.postern.config.model.AccessLog.Layout;
import io.postern.core.format.CompiledFormat;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.format.JsonFormat;
import io.postern.core.format.OctetBuffer;
import io.postern.core.format.StreamView;

/** What is written about a stream, with its line end. Thread-safe: immutable. */
@FunctionalInterface
public interface LogLine {
    /** Appends it to {@code out}. */
    void write(StreamView view, OctetBuffer out);

    /** A layout, compiled. */
    static LogLine of(Layout layout, FormatEnvironment environment) {
        return switch (layout) {
            case Layout.Text(var format) ->
                    CompiledFormat.compile(format, environment, false)::write;
            case Layout.Json(var fields, boolean omitEmpty, boolean sort) -> {
                JsonFormat json = JsonFormat.compile(fields, environment, omitEmpty, sort);
                yield (view, out) -> {
                    json.write(view, out);
                    out.append('\n');
                };
            }
        };
    }
}
