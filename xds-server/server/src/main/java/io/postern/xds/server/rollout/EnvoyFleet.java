package io.postern.xds.server.rollout;

import io.postern.xds.server.fleet.Standing;
import java.util.List;

/** How the Envoys of this server stand to what is tried on them. Control thread. */
public interface EnvoyFleet {
    /** The number of the revision that they are served: the same on all servers of a history. */
    long revision();

    /** All that are to have the candidate of {@code filter} by now. */
    List<Standing> triedOn(String filter);
}
