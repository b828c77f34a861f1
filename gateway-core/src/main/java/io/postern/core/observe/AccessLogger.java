package io.postern.core.observe;

import io.postern.config.model.AccessLog;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.format.OctetBuffer;
import io.postern.core.format.StreamView;
import io.postern.sdk.WorkerFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the access logs of a connection manager or TCP proxy: lines are made on the event loop and
 * written by somebody else. Thread-safe: immutable; one with plugins belongs to a worker.
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

    /**
     * The same for one worker.
     *
     * @param plugins its parts of the loggers that are plugins, in the order of the configuration
     */
    public AccessLogger forWorker(WorkerFilter[] plugins) {
        var bound = new Entry[entries.length];
        int next = 0;
        for (int i = 0; i < bound.length; i++) {
            bound[i] =
                    entries[i] instanceof Plugin(var _, LogFilter filter)
                            ? new Plugin(plugins[next++], filter)
                            : entries[i];
        }
        return new AccessLogger(List.of(bound));
    }

    /** Logs the end of a stream, as far as filters want it. */
    public void log(StreamView view) {
        for (Entry entry : entries) {
            LogFilter filter = entry.filter();
            if (filter == null || filter.wants(view)) {
                entry.log(view);
            }
        }
    }

    /** One access log. */
    sealed interface Entry {
        @Nullable LogFilter filter();

        void log(StreamView view);

        static Entry of(AccessLog log, LogSink sink, FormatEnvironment environment) {
            return new Line(sink, LogLine.of(log.layout(), environment), filter(log));
        }

        static Entry ofPlugin(AccessLog log) {
            return new Plugin(null, filter(log));
        }

        private static @Nullable LogFilter filter(AccessLog log) {
            AccessLog.Filter filter = log.filter();
            return filter == null ? null : LogFilter.of(filter);
        }
    }

    /** Writes a line. */
    private record Line(LogSink sink, LogLine line, @Nullable LogFilter filter) implements Entry {
        @Override
        public void log(StreamView view) {
            var buffer = new OctetBuffer(); // the writer gets it
            line.write(view, buffer);
            sink.offer(buffer);
        }
    }

    /** Tells a plugin; {@code part} is null before it was given a worker. */
    private record Plugin(@Nullable WorkerFilter part, @Nullable LogFilter filter)
            implements Entry {
        @Override
        public void log(StreamView view) {
            if (part != null) {
                part.log(view);
            }
        }
    }
}
