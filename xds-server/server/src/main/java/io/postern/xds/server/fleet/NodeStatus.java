package io.postern.xds.server.fleet;

import io.postern.config.model.ResourceType;
import io.postern.xds.server.protocol.ResourceStatus;
import io.postern.xds.server.protocol.Variant;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How one stream of a node stands. Immutable.
 *
 * @param groups that it belongs to
 * @param revision of the publication that it is sent
 * @param waiting whether a response waits for its answer
 * @param complaints what it refuses, by type
 * @param resources empty when nobody asked for them
 */
public record NodeStatus(
        NodeIdentity node,
        List<String> groups,
        String peer,
        Variant variant,
        Instant since,
        long revision,
        boolean waiting,
        Map<ResourceType, String> complaints,
        List<ResourceStatus> resources) {
    public NodeStatus {
        groups = List.copyOf(groups);
        complaints = Map.copyOf(complaints);
        resources = List.copyOf(resources);
    }
}
