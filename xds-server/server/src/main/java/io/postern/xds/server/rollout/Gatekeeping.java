package io.postern.xds.server.rollout;

import io.postern.xds.resources.rollout.RolloutPlan.Gates;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Compares a candidate with the last good version over the same span. Rates are only different when
 * chance does not explain it, so that few exchanges condemn nobody. Thread-safe: immutable.
 */
record Gatekeeping(Gates gates) {
    /** A difference that comes by chance once in 2,000 comparisons. */
    private static final double Z = 3.5;

    private static final long FEWEST_FAILURES = 3;

    /** What is to be said of a span. */
    sealed interface Verdict {}

    /** It goes on. */
    record Good() implements Verdict {}

    /** There is not enough of it. */
    record TooFew(String what) implements Verdict {}

    /** It goes back. */
    record Bad(String why) implements Verdict {}

    /** {@code shadow}: the candidate only got copies. */
    Verdict judge(Totals span, boolean shadow) {
        if (!span.problem().isEmpty()) {
            return new Bad(span.problem());
        }
        String why = failures(span);
        if (why == null && enough(span)) {
            why = shadow ? differences(span) : behaviour(span);
            why = why == null ? cost(span) : why;
        }
        if (why != null) {
            return new Bad(why);
        }
        return enough(span)
                ? new Good()
                : new TooFew(
                        "%d exchanges of the candidate and %d of the last good version of %d"
                                .formatted(
                                        span.candidate().ended(),
                                        span.lastGood().ended(),
                                        gates.exchanges()));
    }

    private boolean enough(Totals span) {
        return span.candidate().ended() >= gates.exchanges()
                && span.lastGood().ended() >= gates.exchanges();
    }

    private @Nullable String failures(Totals span) {
        VersionTotals candidate = span.candidate();
        double rate = rate(candidate.failures(), candidate.exchanges());
        double before = rate(span.lastGood().failures(), span.lastGood().exchanges());
        return candidate.failures() > FEWEST_FAILURES && rate > gates.failures() + before
                ? "it fails in %s of the exchanges, the last good version in %s (allowed: %s more)"
                        .formatted(percent(rate), percent(before), percent(gates.failures()))
                : null;
    }

    private @Nullable String behaviour(Totals span) {
        VersionTotals now = span.candidate();
        VersionTotals before = span.lastGood();
        if (differ(
                now.answered(), now.ended(), before.answered(), before.ended(), gates.answered())) {
            return said("answers", now.answered(), now, before.answered(), before, gates.answered())
                    + " itself";
        }
        for (int i = now.statuses().size() - 1; i >= 0; i--) { // what is worse is said first
            long fresh = now.statuses().get(i);
            long old = before.statuses().get(i);
            if (differ(fresh, now.ended(), old, before.ended(), gates.statuses())) {
                String what = i == 0 ? "without a status" : "with " + i + "xx";
                return said("ends", fresh, now, old, before, gates.statuses()) + " " + what;
            }
        }
        return null;
    }

    private static String said(
            String verb,
            long fresh,
            VersionTotals now,
            long old,
            VersionTotals before,
            double allowed) {
        return "it %s %s of the exchanges, the last good version %s (allowed: %s more or less),"
                .formatted(
                        verb,
                        percent(rate(fresh, now.ended())),
                        percent(rate(old, before.ended())),
                        percent(allowed));
    }

    private @Nullable String differences(Totals span) {
        double rate = rate(span.differences(), span.compared());
        if (span.compared() < gates.exchanges() || rate <= gates.differences()) {
            return null;
        }
        String example = span.examples().isEmpty() ? "" : "; " + span.examples().getFirst();
        return "as a shadow it treats %s of the exchanges otherwise (allowed: %s)%s"
                .formatted(percent(rate), percent(gates.differences()), example);
    }

    private @Nullable String cost(Totals span) {
        long before = VersionTotals.p99(span.lastGood().nanos());
        long allowed = Math.max(before * gates.timeFactor(), before + gates.timeFloor().toNanos());
        if (isAbove(span.candidate(), allowed)) {
            return "its time p99 is %s, the last good version's %s (allowed: %d times, or %s more)"
                    .formatted(
                            millis(span.candidate().nanosP99()),
                            millis(before),
                            gates.timeFactor(),
                            millis(gates.timeFloor().toNanos()));
        }
        long fuel = VersionTotals.p99(span.candidate().fuel());
        long fuelBefore = VersionTotals.p99(span.lastGood().fuel());
        return fuelBefore > 0 && fuel > fuelBefore * gates.fuelFactor()
                ? "its fuel p99 is %d, the last good version's %d (allowed: %d times)"
                        .formatted(fuel, fuelBefore, gates.fuelFactor())
                : null;
    }

    // Of few exchanges the 99th percentile is the slowest one: a pause of a gateway is no reason.
    private static boolean isAbove(VersionTotals candidate, long allowed) {
        long slow =
                candidate.nanos().tailMap(allowed + 1).values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
        return candidate.nanosP99() > allowed && slow > FEWEST_FAILURES;
    }

    // Two proportions, pooled.
    private static boolean differ(long one, long ofOne, long other, long ofOther, double allowed) {
        if (ofOne == 0 || ofOther == 0) {
            return false;
        }
        double difference = Math.abs(rate(one, ofOne) - rate(other, ofOther));
        double pooled = (one + other) / (double) (ofOne + ofOther);
        double error = Math.sqrt(pooled * (1 - pooled) * (1.0 / ofOne + 1.0 / ofOther));
        return difference > allowed && difference > Z * error;
    }

    private static double rate(long part, long whole) {
        return whole == 0 ? 0 : part / (double) whole;
    }

    private static String percent(double rate) {
        return String.format(Locale.ROOT, "%.1f %%", rate * 100);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
    }
}
