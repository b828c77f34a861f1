package io.postern.xds.server;

import io.postern.config.model.ResourceType;
import io.postern.xds.resources.rollout.EnvoyTrial;
import io.postern.xds.server.fleet.Fleet;
import io.postern.xds.server.fleet.Standing;
import io.postern.xds.server.rollout.EnvoyFleet;
import io.postern.xds.server.store.History;
import java.util.List;

/** The nodes of this server, as rollouts see them. Control thread. */
record PublishedFleet(Fleet fleet, History history) implements EnvoyFleet {
    @Override
    public long revision() {
        return history.newest().number();
    }

    @Override
    public List<Standing> triedOn(String filter) {
        return fleet.standings(
                groups -> groups.stream().anyMatch(one -> EnvoyTrial.isGroup(one, filter)),
                ResourceType.EXTENSION,
                filter);
    }
}
