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
 * @param standings of the Envoys that are to have it
 */
record Acknowledgements(List<Standing> standings) {
    /** What is to be said of them. */
    Verdict judge() {
        int taken = 0;
        for (Standing one : standings) {
            switch (one.resource().state()) {
                case NACKED -> {
                    return new Gatekeeping.Bad(
                            "Envoy %s refuses it: %s"
                                    .formatted(one.node(), one.resource().message()));
                }
                case ACKED -> taken++;
                case STALE -> {}
            }
        }
        if (standings.isEmpty()) {
            return new Gatekeeping.TooFew("no Envoy of the step is connected");
        }
        return taken == standings.size()
                ? new Gatekeeping.Good()
                : new Gatekeeping.TooFew(
                        String.format(
                                Locale.ROOT,
                                "%d of %d Envoys have taken it",
                                taken,
                                standings.size()));
    }
}
