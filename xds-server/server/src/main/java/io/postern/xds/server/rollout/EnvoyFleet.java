package io.postern.xds.server.rollout;

import io.postern.xds.server.fleet.Standing;
import java.util.List;

/** Asks how Envoys stand to the version that is tried on them. Control thread. */
@FunctionalInterface
public interface EnvoyFleet {
    /** All that are to have the candidate of {@code filter} by now. */
    List<Standing> triedOn(String filter);
}
