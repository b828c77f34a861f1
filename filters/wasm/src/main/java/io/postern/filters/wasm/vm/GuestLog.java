package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.engine.Deadline;
import java.nio.charset.StandardCharsets;

/**
 * What an instance logs: long messages are cut, and what comes faster than {@value #BYTES_A_SECOND}
 * bytes a second is dropped and counted. Confined to the instance's thread.
 */
final class GuestLog {
    static final int BYTES_A_SECOND = 1024 * 1024;

    /** What a line has besides the message, so that empty ones count. */
    private static final int BYTES_AROUND = 64;

    private static final double NANOS_A_SECOND = 1e9;

    private final PluginLog log;
    private final Deadline deadline;
    private double left = BYTES_A_SECOND;
    private long lastNanos;
    private int dropped;

    /** {@code deadline} rests while the log, which may block, is written. */
    GuestLog(PluginLog log, Deadline deadline) {
        this.log = log;
        this.deadline = deadline;
    }

    void log(int level, String plugin, byte[] message, int offset, int length, long nowNanos) {
        int kept = Math.min(length, Environment.MAX_LOG_BYTES);
        double gained = Math.max(0, nowNanos - lastNanos) / NANOS_A_SECOND * BYTES_A_SECOND;
        left = Math.min(BYTES_A_SECOND, left + gained);
        lastNanos = nowNanos;
        if (left < kept + BYTES_AROUND) {
            dropped++;
            return;
        }
        left -= kept + BYTES_AROUND;
        String text = new String(message, offset, kept, StandardCharsets.UTF_8);
        deadline.suspend();
        try {
            if (dropped > 0) {
                log.log(PluginLog.WARN, plugin, dropped + " messages dropped: too many");
                dropped = 0;
            }
            log.log(level, plugin, text);
        } finally {
            deadline.resume();
        }
    }
}
