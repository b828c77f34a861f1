package io.postern.xds.server.rollout;

import io.postern.config.proto.rollouts.v1.Comparison;
import io.postern.config.proto.rollouts.v1.RolloutReport;
import java.util.ArrayList;
import java.util.List;

/**
 * What both versions did on all gateways. Thread-safe: nobody changes it.
 *
 * @param compared exchanges of which a shadow had a copy
 * @param differences those that it would have treated otherwise
 * @param problem why a gateway does not choose the candidate any more; empty: all do
 * @param examples a few differences in words
 */
public record Totals(
        VersionTotals lastGood,
        VersionTotals candidate,
        long compared,
        long differences,
        String problem,
        List<String> examples) {
    private static final int MOST_EXAMPLES = 8;

    /** Nothing was reported. */
    static final Totals NONE =
            new Totals(VersionTotals.NONE, VersionTotals.NONE, 0, 0, "", List.of());

    static Totals of(RolloutReport report) {
        Comparison comparison = report.getComparison();
        return new Totals(
                VersionTotals.of(report.getLastGood()),
                VersionTotals.of(report.getCandidate()),
                comparison.getCompared(),
                comparison.getDecision()
                        + comparison.getStatus()
                        + comparison.getRequestHeaders()
                        + comparison.getResponseHeaders(),
                report.getProblem(),
                comparison.getExamplesList().stream().limit(MOST_EXAMPLES).toList());
    }

    /** As a message, without its subject. */
    RolloutReport.Builder report() {
        return RolloutReport.newBuilder()
                .setProblem(problem)
                .setLastGood(lastGood.report())
                .setCandidate(candidate.report())
                .setComparison(
                        Comparison.newBuilder()
                                .setCompared(compared)
                                .setDecision(differences) // of all kinds: they are added up
                                .addAllExamples(examples));
    }

    Totals plus(Totals more) {
        List<String> all = new ArrayList<>(examples);
        all.addAll(more.examples);
        return new Totals(
                lastGood.plus(more.lastGood),
                candidate.plus(more.candidate),
                compared + more.compared,
                differences + more.differences,
                problem.isEmpty() ? more.problem : problem,
                all.stream().distinct().limit(MOST_EXAMPLES).toList());
    }

    Totals since(Totals before) {
        return new Totals(
                lastGood.since(before.lastGood),
                candidate.since(before.candidate),
                Math.max(0, compared - before.compared),
                Math.max(0, differences - before.differences),
                problem,
                examples);
    }
}
