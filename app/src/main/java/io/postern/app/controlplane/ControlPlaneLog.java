package io.postern.app.controlplane;

import io.postern.app.Log;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Diagnostic;
import io.postern.config.source.Report;
import io.postern.config.source.Severity;
import io.postern.xds.server.PublisherLog;
import io.postern.xds.server.admin.Difference;
import io.postern.xds.server.fleet.FleetLog;
import io.postern.xds.server.fleet.NodeIdentity;
import io.postern.xds.server.rollout.RolloutStatus;
import io.postern.xds.server.store.Revision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells the process log what happens in the management server. Publications come one by one. */
final class ControlPlaneLog implements FleetLog, PublisherLog {
    private static final String COMPONENT = "xds";

    private static final int MOST_LINES = 40;

    private final Log log;
    private final boolean values;
    private @Nullable Revision served;

    private ControlPlaneLog(Log log, boolean values) {
        this.log = log;
        this.values = values;
    }

    ControlPlaneLog(Log log) {
        this(log, false);
    }

    /** Tells of each change which values were changed. */
    static ControlPlaneLog withDifferences(Log log) {
        return new ControlPlaneLog(log, true);
    }

    @Override
    public void published(Revision revision) {
        log.info(
                COMPONENT, "revision " + revision.number() + " is served (" + revision.who() + ")");
        Revision before = served;
        served = revision;
        List<String> lines =
                values && before != null ? Difference.lines(before, revision) : revision.what();
        lines.stream().limit(MOST_LINES).forEach(line -> log.info(COMPONENT, "  " + line));
        if (lines.size() > MOST_LINES) {
            log.info(COMPONENT, "  and " + (lines.size() - MOST_LINES) + " more lines");
        }
    }

    @Override
    public void findings(String file, List<Diagnostic> findings) {
        boolean bad = false;
        for (Diagnostic finding : findings) {
            String text = Report.text(finding);
            if (finding.severity() == Severity.ERROR) {
                bad = true;
                log.error(COMPONENT, text);
            } else {
                log.warn(COMPONENT, text);
            }
        }
        if (bad) {
            log.error(COMPONENT, file + " is not used as it is; its last good version stays");
        } else if (findings.isEmpty()) {
            log.info(COMPONENT, file + " is good");
        }
    }

    @Override
    public void rollout(RolloutStatus status, boolean bad) {
        String text =
                "rollout of %s, candidate %s: %s; %s"
                        .formatted(
                                status.filter(),
                                status.trial().candidate(),
                                status.where(),
                                status.trial().reason());
        if (bad) {
            log.error(COMPONENT, text + "; " + status.lastGood() + " serves");
        } else {
            log.info(COMPONENT, text);
        }
    }

    @Override
    public void note(String text) {
        log.info(COMPONENT, text);
    }

    @Override
    public void problem(String text) {
        log.error(COMPONENT, text);
    }

    @Override
    public void refused(NodeIdentity node, ResourceType type, String message) {
        log.warn(COMPONENT, "node " + node + " refuses " + type + ": " + message);
    }

    @Override
    public void ended(@Nullable NodeIdentity node, String peer, String reason) {
        String who = node == null ? peer : "node " + node + " at " + peer;
        log.warn(COMPONENT, who + " was cut off: " + reason);
    }

    @Override
    public void bug(Throwable problem) {
        log.error(COMPONENT, "bug: " + problem);
    }
}
