package io.postern.core.observe;

import io.postern.config.model.AccessLog;
import io.postern.config.model.AccessLog.Sink;
import io.postern.core.format.FormatEnvironment;
import io.postern.sdk.Metrics;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The places where access logs go: one writer for each file, however many loggers share it. Control
 * threads.
 */
public final class AccessLogs implements AutoCloseable {
    private final Metrics metrics;
    private final Map<Sink, LogSink> sinks = new LinkedHashMap<>();

    /** Dropped lines and failed writes are counted in {@code stats}. */
    public AccessLogs(StatStore stats) {
        this.metrics = stats.shared();
    }

    /**
     * The logger of a connection manager.
     *
     * @throws IllegalArgumentException when a file cannot be opened or a format is wrong
     */
    public synchronized AccessLogger logger(List<AccessLog> logs, FormatEnvironment environment) {
        List<AccessLogger.Entry> entries =
                logs.stream().map(log -> entry(log, environment)).toList();
        return new AccessLogger(entries);
    }

    private AccessLogger.Entry entry(AccessLog log, FormatEnvironment environment) {
        return log.sink() instanceof Sink.Plugin
                ? AccessLogger.Entry.ofPlugin(log)
                : AccessLogger.Entry.of(log, sink(log.sink()), environment);
    }

    /** Opens files again, after they were moved away. */
    public synchronized void reopen() {
        sinks.values().forEach(LogSink::reopen);
    }

    /** Writes what waits; loggers must not be used any more. */
    @Override
    public synchronized void close() {
        sinks.values().forEach(LogSink::close);
        sinks.clear();
    }

    private LogSink sink(Sink to) {
        LogSink known = sinks.get(to);
        if (known != null) {
            return known;
        }
        LogSink made =
                switch (to) {
                    case Sink.File(String path) -> open(path, () -> append(Path.of(path)));
                    case Sink.Stdout() -> open("stdout", () -> standard(FileDescriptor.out));
                    case Sink.Stderr() -> open("stderr", () -> standard(FileDescriptor.err));
                    case Sink.Plugin _ ->
                            throw new IllegalStateException("bug: a plugin writes no lines");
                };
        sinks.put(to, made);
        return made;
    }

    private LogSink open(String name, LogSink.Opener opener) {
        try {
            return new LogSink(name, opener, metrics).start();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "access log '"
                            + name
                            + "': cannot be opened (expected: a file in a directory that exists"
                            + " and may be written): "
                            + e,
                    e);
        }
    }

    private static OutputStream append(Path path) throws IOException {
        return Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Not closed with the sink: it is the process's. */
    private static OutputStream standard(FileDescriptor descriptor) {
        return new FilterOutputStream(new FileOutputStream(descriptor)) {
            @Override
            public void write(byte[] octets, int offset, int length) throws IOException {
                out.write(octets, offset, length);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }
}
