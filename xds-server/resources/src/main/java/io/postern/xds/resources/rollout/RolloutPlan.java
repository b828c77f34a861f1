package io.postern.xds.resources.rollout;

import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.kind.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a new version is tried. Thread-safe: immutable.
 *
 * @param steps in their order, those on Posterns first; behind the last one the version serves
 *     everybody
 * @param hashHeader what decides who meets it; empty: see {@code hashAddress}
 * @param hashAddress the client's address does; else the request id
 */
public record RolloutPlan(List<Step> steps, String hashHeader, boolean hashAddress, Gates gates) {
    private static final int PER_CENT = 100;
    private static final String MINUTE = "60s";

    public RolloutPlan {
        steps = List.copyOf(steps);
    }

    /** One step. */
    public sealed interface Step {
        /** It lasts at least so long. */
        Duration hold();

        /**
         * On Posterns.
         *
         * @param share of 10,000 exchanges
         * @param shadow the version gets copies only
         */
        record Exchanges(int share, boolean shadow, Duration hold) implements Step {}

        /**
         * On Envoys, beside those of the steps before.
         *
         * @param nodeGroup in the document's namespace; empty: all nodes that have the plugin
         * @param share of 10,000 of those nodes
         */
        record Envoys(String nodeGroup, int share, Duration hold) implements Step {}
    }

    /**
     * What a version must keep. Rates are parts of exchanges, 0 to 1.
     *
     * @param exchanges so many of both versions are needed to judge
     * @param failures rate of failures
     * @param answered by how much the rate of answers of its own may differ
     * @param statuses by how much the rate of a class of statuses may differ
     * @param differences of a shadow's exchanges
     * @param timeFactor how many times the last good version's p99 its time may be
     * @param timeFloor and it is never too slow below that and the last good version's together
     * @param fuelFactor the same for instructions
     */
    public record Gates(
            int exchanges,
            double failures,
            double answered,
            double statuses,
            double differences,
            int timeFactor,
            Duration timeFloor,
            int fuelFactor) {}

    /** Of the field {@code rollout} of a document. */
    public static RolloutPlan of(Tree rollout) {
        List<Step> steps = new ArrayList<>();
        if (rollout.has("shadow")) {
            steps.add(step(rollout.at("shadow"), true));
        }
        rollout.items("steps").forEach(one -> steps.add(step(one, false)));
        boolean onlyEnvoys = rollout.has("envoys") && !rollout.has("shadow");
        if (!rollout.has("steps") && !onlyEnvoys) {
            for (int percent : new int[] {1, 10, 50}) {
                steps.add(new Step.Exchanges(percent * PER_CENT, false, Duration.ofMinutes(1)));
            }
        }
        rollout.items("envoys").forEach(one -> steps.add(envoys(one)));
        Tree hash = rollout.at("hashOn");
        return new RolloutPlan(
                steps,
                hash.text("header"),
                hash.truth("sourceAddress"),
                gates(rollout.at("gates")));
    }

    private static Step step(Tree step, boolean shadow) {
        return new Step.Exchanges(share(step), shadow, hold(step));
    }

    private static Step envoys(Tree step) {
        return new Step.Envoys(step.text("nodeGroup"), share(step), hold(step));
    }

    private static int share(Tree step) {
        return step.number("percent", PER_CENT) * PER_CENT;
    }

    private static Duration hold(Tree step) {
        return Duration.ofMillis(Durations.millis(step.text("for", MINUTE)));
    }

    private static Gates gates(Tree gates) {
        return new Gates(
                gates.number("exchanges", 200),
                rate(gates, "failurePercent", 1),
                rate(gates, "answeredPercent", 5),
                rate(gates, "statusPercent", 5),
                rate(gates, "differencePercent", 1),
                gates.number("timeFactor", 3),
                Duration.ofMillis(Durations.millis(gates.text("timeFloor", "10ms"))),
                gates.number("fuelFactor", 2));
    }

    private static double rate(Tree gates, String name, int otherwise) {
        return gates.number(name, otherwise) / (double) PER_CENT;
    }
}
