package io.postern.core.observe;

import io.postern.core.format.OctetBuffer;
import io.postern.sdk.Metrics;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes log lines from event loops and writes them on a thread of its own. What waits is bounded:
 * when the disk is too slow lines are dropped and counted, requests never wait.
 *
 * <p>Thread-safe. The buffers that are offered belong to the sink.
 */
final class LogSink implements AutoCloseable {
    private static final long MOST_WAITING_OCTETS = 16L << 20;
    private static final long WAKE_EARLY_OCTETS = 1L << 20;
    private static final long PAUSE_NANOS = 20_000_000; // lines are seen this late at most
    private static final int WRITE_AT_ONCE = 64 << 10;

    private final Queue<OctetBuffer> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong waitingOctets = new AtomicLong();
    private final Metrics.Counter dropped;
    private final Metrics.Counter failed;
    private final Opener opener;
    private final Thread writer;
    private final byte[] batch = new byte[WRITE_AT_ONCE];
    private OutputStream out;
    private volatile boolean reopen;
    private volatile boolean closed;

    LogSink(String name, Opener opener, Metrics metrics) throws IOException {
        this.opener = opener;
        this.dropped = metrics.counter("access_log.lines_dropped");
        this.failed = metrics.counter("access_log.write_failed");
        this.out = opener.open();
        this.writer = Thread.ofPlatform().daemon().name("log " + name).unstarted(this::run);
    }

    /** Opens what is written to; again after a reopen. */
    @FunctionalInterface
    interface Opener {
        OutputStream open() throws IOException;
    }

    LogSink start() {
        writer.start();
        return this;
    }

    /** Hands a line over. */
    void offer(OctetBuffer line) {
        long after = waitingOctets.addAndGet(line.length());
        if (after > MOST_WAITING_OCTETS || closed) {
            waitingOctets.addAndGet(-line.length());
            dropped.add(1);
            return;
        }
        waiting.add(line);
        if (after > WAKE_EARLY_OCTETS) {
            LockSupport.unpark(writer);
        }
    }

    /** Opens the file again: it was moved away. */
    void reopen() {
        reopen = true;
        LockSupport.unpark(writer);
    }

    private void run() {
        while (!closed) {
            if (reopen) {
                reopen = false;
                openAgain();
            }
            drain();
            LockSupport.parkNanos(this, PAUSE_NANOS);
        }
        drain();
        closeStream();
    }

    private void drain() {
        int filled = 0;
        for (OctetBuffer line = waiting.poll(); line != null; line = waiting.poll()) {
            waitingOctets.addAndGet(-line.length());
            if (filled + line.length() > batch.length) {
                write(batch, filled);
                filled = 0;
            }
            if (line.length() > batch.length) {
                write(line.array(), line.length());
            } else {
                System.arraycopy(line.array(), 0, batch, filled, line.length());
                filled += line.length();
            }
        }
        write(batch, filled);
    }

    private void write(byte[] octets, int length) {
        if (length == 0) {
            return;
        }
        try {
            out.write(octets, 0, length);
            out.flush();
        } catch (IOException _) {
            failed.add(1); // the disk may be full now and not later
        }
    }

    private void openAgain() {
        try {
            OutputStream fresh = opener.open();
            closeStream();
            out = fresh;
        } catch (IOException _) {
            failed.add(1); // the old file goes on
        }
    }

    private void closeStream() {
        try {
            out.close();
        } catch (IOException _) {
            failed.add(1);
        }
    }

    /** Writes what waits, then ends. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            writer.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
