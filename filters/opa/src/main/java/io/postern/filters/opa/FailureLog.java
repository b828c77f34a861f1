package io.postern.filters.opa;

import static java.lang.System.Logger.Level.WARNING;

/**
 * Logs why requests got no decision, at most once a second and worker: a broken policy under load
 * must not fill the disk. Confined to one worker.
 */
final class FailureLog {
    private static final System.Logger LOG = System.getLogger(FailureLog.class.getName());
    private static final long PAUSE_NANOS = 1_000_000_000L;
    private static final int LONGEST_REASON = 500;

    private final String policyName;
    private long lastNanos;
    private boolean logged;
    private long unlogged;

    FailureLog(String policyName) {
        this.policyName = policyName;
    }

    /** Any thread. */
    void logReplacement(Throwable cause) {
        LOG.log(
                WARNING,
                "OPA policy '"
                        + policyName
                        + "': a broken instance could not be replaced, trying again",
                cause);
    }

    /** Any thread. */
    static void logDownload(String policyName, String problem) {
        LOG.log(WARNING, "OPA policy ''{0}'': {1}", policyName, problem);
    }

    void log(String reason, long nowNanos) {
        if (logged && nowNanos - lastNanos < PAUSE_NANOS) {
            unlogged++;
            return;
        }
        String shown = reason.substring(0, Math.min(LONGEST_REASON, reason.length()));
        LOG.log(
                WARNING,
                "OPA policy ''{0}'' gave no decision, request denied: {1} ({2} more since the last line)",
                policyName,
                shown,
                unlogged);
        logged = true;
        lastNanos = nowNanos;
        unlogged = 0;
    }
}
