package io.postern.xds.server.rollout;

import io.postern.config.proto.rollouts.v1.Bin;
import io.postern.config.proto.rollouts.v1.Comparison;
import io.postern.config.proto.rollouts.v1.Report;
import io.postern.config.proto.rollouts.v1.RolloutReport;
import io.postern.config.proto.rollouts.v1.VersionReport;

/** What a gateway would tell. */
final class Numbers {
    private Numbers() {}

    /** So many exchanges, of which some failed, were answered by the filter, or ended with 5xx. */
    static VersionReport version(long exchanges, long failures, long answered, long fives) {
        return version(exchanges, failures, answered, fives, 1_000, 100);
    }

    static VersionReport version(
            long exchanges, long failures, long answered, long fives, long nanos, long fuel) {
        return VersionReport.newBuilder()
                .setExchanges(exchanges)
                .setFailures(failures)
                .setAnswered(answered)
                .addStatuses(0)
                .addStatuses(0)
                .addStatuses(exchanges - fives)
                .addStatuses(0)
                .addStatuses(0)
                .addStatuses(fives)
                .addNanos(Bin.newBuilder().setLowest(nanos).setCount(exchanges))
                .addFuel(Bin.newBuilder().setLowest(fuel).setCount(exchanges))
                .build();
    }

    /** Some of the exchanges took 20 ms. */
    static VersionReport slowOnes(long exchanges, long slow) {
        return version(exchanges - slow, 0, exchanges / 20, 0).toBuilder()
                .setExchanges(exchanges)
                .setStatuses(2, exchanges)
                .addNanos(Bin.newBuilder().setLowest(20_000_000).setCount(slow))
                .build();
    }

    static RolloutReport rollout(VersionReport lastGood, VersionReport candidate) {
        return RolloutReport.newBuilder()
                .setName("wasm/default/waf")
                .setSeed("2")
                .setLastGood(lastGood)
                .setCandidate(candidate)
                .build();
    }

    static RolloutReport shadow(long compared, long decisions) {
        VersionReport both = version(compared, 0, 0, 0);
        return rollout(both, both).toBuilder()
                .setShadow(true)
                .setComparison(
                        Comparison.newBuilder()
                                .setCompared(compared)
                                .setDecision(decisions)
                                .addExamples("GET /a: passes, the candidate: answers 403"))
                .build();
    }

    static Report report(String node, long process, RolloutReport rollout) {
        return Report.newBuilder().setNodeId(node).setProcess(process).addRollouts(rollout).build();
    }
}
