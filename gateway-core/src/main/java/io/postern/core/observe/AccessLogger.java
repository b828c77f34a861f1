package io.postern.core.observe;

import io.postern.config.model.AccessLog;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.format.OctetBuffer;
import io.postern.core.format.StreamView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the access logs of a connection manager: lines are made on the event loop and written by
 * somebody else. Thread-safe: immutable.
 */
public final class AccessLogger {
    private final Entry[] entries;

    AccessLogger(List<Entry> entries) {
        this.entries = entries.toArray(Entry[]::new);
    }

    /** A logger that logs nothing. */
    public static AccessLogger none() {
        return new AccessLogger(List.of());
    }

    /** Logs the end of a stream, as far as filters want it. */
    public void log(StreamView view) {
        for (Entry entry : entries) {
            entry.log(view);
        }
    }

    /** One access log. */
    record Entry(LogSink sink, LogLine line, @Nullable LogFilter filter) {
        static Entry of(AccessLog log, LogSink sink, FormatEnvironment environment) {
            AccessLog.Filter filter = log.filter();
            return new Entry(
                    sink,
                    LogLine.of(log.layout(), environment),
                    filter == null ? null : LogFilter.of(filter));
        }

        void log(StreamView view) {
            if (filter != null && !filter.wants(view)) {
                return;
            }
            var buffer = new OctetBuffer(); // the writer gets it
            line.write(view, buffer);
            sink.offer(buffer);
        }
    }
}
