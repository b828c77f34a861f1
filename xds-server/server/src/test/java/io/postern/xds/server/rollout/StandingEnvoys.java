package io.postern.xds.server.rollout;

import io.postern.xds.server.fleet.Standing;
import java.util.List;

/** Envoys that say what they are told to, of a server that serves some revision. */
record StandingEnvoys(long revision, List<Standing> envoys) implements EnvoyFleet {
    @Override
    public List<Standing> triedOn(String filter) {
        return envoys;
    }
}
