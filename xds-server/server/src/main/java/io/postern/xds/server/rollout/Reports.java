package io.postern.xds.server.rollout;

import io.postern.config.proto.rollouts.v1.Report;
import io.postern.config.proto.rollouts.v1.RolloutReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What gateways told last, and what other servers sum up of theirs. The numbers of a gateway that
 * has gone still count, since its exchanges happened; but not where servers share rollouts: there
 * it may be with another server by now, and would count twice. Thread-safe.
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

    private final boolean shared;
    private List<Map<Subject, Totals>> others = List.of();

    /** Of one server. */
    public Reports() {
        this(false);
    }

    /** {@code shared}: whether gateways may go to other servers. */
    public Reports(boolean shared) {
        this.shared = shared;
    }

    private record Sender(String node, long number) {
        static Sender of(Report report) {
            return new Sender(report.getNodeId(), report.getProcess());
        }
    }

    private record Subject(String filter, String candidate, boolean shadow) {}

    /** A message has come, from the gateway that it names. */
    public void take(Report report) {
        Map<Subject, Totals> told = read(report);
        synchronized (this) {
            latest.computeIfAbsent(Sender.of(report), _ -> new LinkedHashMap<>()).putAll(told);
        }
    }

    private static Map<Subject, Totals> read(Report report) {
        Map<Subject, Totals> told = new LinkedHashMap<>();
        for (RolloutReport one : report.getRolloutsList().stream().limit(MOST_ROLLOUTS).toList()) {
            var subject = new Subject(one.getName(), one.getSeed(), one.getShadow());
            told.merge(subject, Totals.of(one), Totals::plus);
        }
        return told;
    }

    /** The stream has ended on which this came. */
    public synchronized void left(Report last) {
        if (shared) {
            latest.remove(Sender.of(last));
        }
    }

    /** What the gateways of this server told, together. */
    synchronized Report own() {
        Map<Subject, Totals> sums = new LinkedHashMap<>();
        for (Map<Subject, Totals> told : latest.values()) {
            told.forEach((subject, one) -> sums.merge(subject, one, Totals::plus));
        }
        var report = Report.newBuilder();
        sums.forEach((subject, one) ->
                report.addRollouts(
                        one.report()
                                .setName(subject.filter())
                                .setSeed(subject.candidate())
                                .setShadow(subject.shadow())));
        return report.build();
    }

    /** What the gateways of other servers told, instead of what was known of that. */
    synchronized void takeOthers(List<Report> reports) {
        others = reports.stream().map(Reports::read).toList();
    }

    /** What all gateways told of a candidate together. */
    synchronized Totals of(String filter, String candidate, boolean shadow) {
        var subject = new Subject(filter, candidate, shadow);
        Totals all = Totals.NONE;
        for (Map<Subject, Totals> told : latest.values()) {
            all = all.plus(told.getOrDefault(subject, Totals.NONE));
        }
        for (Map<Subject, Totals> told : others) {
            all = all.plus(told.getOrDefault(subject, Totals.NONE));
        }
        return all;
    }

    /** A candidate's trial is over: what was told of it is forgotten. */
    synchronized void forget(String filter) {
        latest.values().forEach(told -> told.keySet().removeIf(one -> one.filter().equals(filter)));
        latest.values().removeIf(Map::isEmpty);
    }
}
