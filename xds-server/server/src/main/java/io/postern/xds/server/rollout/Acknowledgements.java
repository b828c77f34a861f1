package io.postern.xds.server.rollout;

import io.postern.xds.server.fleet.Standing;
import io.postern.xds.server.rollout.Gatekeeping.Verdict;
import java.util.List;
import java.util.Locale;

/**
 * The gate on Envoys. All that an Envoy tells of a plugin is whether it has taken it, so one that
 * refuses condemns it, and the others have to keep it for as long as the step lasts. Thread-safe:
 * immutable.
 *
 * @param taken Envoys that have it
 * @param waiting Envoys that are to have it, and have not said so yet
 * @param refusal by whom it is refused, and why; empty: by nobody
 */
record Acknowledgements(int taken, int waiting, String refusal) {
    static final Acknowledgements NONE = new Acknowledgements(0, 0, "");

    /** What an Envoy says of a plugin may be its module's text. */
    private static final int MOST_CHARACTERS = 1_000;

    Acknowledgements {
        refusal = refusal.substring(0, Math.min(refusal.length(), MOST_CHARACTERS));
    }

    /** Of the Envoys that are to have it. */
    static Acknowledgements of(List<Standing> standings) {
        int taken = 0;
        int waiting = 0;
        String refusal = "";
        for (Standing one : standings) {
            switch (one.resource().state()) {
                case NACKED ->
                        refusal =
                                "Envoy %s refuses it: %s"
                                        .formatted(one.node(), one.resource().message());
                case ACKED -> taken++;
                case STALE -> waiting++;
            }
        }
        return new Acknowledgements(taken, waiting, refusal);
    }

    /** Of these and other Envoys. */
    Acknowledgements plus(Acknowledgements more) {
        return new Acknowledgements(
                taken + more.taken,
                waiting + more.waiting,
                refusal.isEmpty() ? more.refusal : refusal);
    }

    /**
     * What is to be said of them.
     *
     * @param silent servers that have not told of their Envoys yet
     */
    Verdict judge(int silent) {
        if (!refusal.isEmpty()) {
            return new Gatekeeping.Bad(refusal);
        }
        if (silent > 0) {
            return new Gatekeeping.TooFew(
                    silent + " of the other servers have not told yet how their Envoys take it");
        }
        int all = taken + waiting;
        if (all == 0) {
            return new Gatekeeping.TooFew("no Envoy of the step is connected");
        }
        return waiting == 0
                ? new Gatekeeping.Good()
                : new Gatekeeping.TooFew(
                        String.format(Locale.ROOT, "%d of %d Envoys have taken it", taken, all));
    }
}
