package io.postern.xds.server.rollout;

import io.postern.config.proto.rollouts.v1.Report;
import io.postern.config.proto.rollouts.v1.RolloutReport;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What gateways told last. The numbers of one that has gone still count: its exchanges happened.
 * Thread-safe.
 */
public final class Reports {
    /** The service and method that gateways stream to. */
    public static final String PATH = "/postern.rollouts.v1.RolloutReports/Report";

    /** Gateways and their earlier processes; the one that was silent longest is forgotten. */
    private static final int MOST_PROCESSES = 20_000;

    private static final int MOST_ROLLOUTS = 1_000;

    private final Map<Sender, Map<Subject, Totals>> latest =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(
                        Map.Entry<Sender, Map<Subject, Totals>> eldest) {
                    return size() > MOST_PROCESSES;
                }
            };

    private record Sender(String node, long number) {}

    private record Subject(String filter, String candidate, boolean shadow) {}

    /** A message has come, from the gateway that it names. */
    public void take(Report report) {
        Map<Subject, Totals> told = new LinkedHashMap<>();
        for (RolloutReport one : report.getRolloutsList().stream().limit(MOST_ROLLOUTS).toList()) {
            var subject = new Subject(one.getName(), one.getSeed(), one.getShadow());
            told.merge(subject, Totals.of(one), Totals::plus);
        }
        synchronized (this) {
            latest.computeIfAbsent(
                            new Sender(report.getNodeId(), report.getProcess()),
                            _ -> new LinkedHashMap<>())
                    .putAll(told);
        }
    }

    /** What all gateways told of a candidate together. */
    synchronized Totals of(String filter, String candidate, boolean shadow) {
        var subject = new Subject(filter, candidate, shadow);
        Totals all = Totals.NONE;
        for (Map<Subject, Totals> told : latest.values()) {
            Totals one = told.get(subject);
            all = one == null ? all : all.plus(one);
        }
        return all;
    }

    /** A candidate's trial is over: what was told of it is forgotten. */
    synchronized void forget(String filter) {
        latest.values().forEach(told -> told.keySet().removeIf(one -> one.filter().equals(filter)));
        latest.values().removeIf(Map::isEmpty);
    }
}
