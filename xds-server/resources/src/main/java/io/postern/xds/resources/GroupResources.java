package io.postern.xds.resources;

import com.google.protobuf.Message;
import java.util.List;

/**
 * What the nodes of one group are served: Listener, RouteConfiguration, Cluster,
 * ClusterLoadAssignment, Secret, TypedExtensionConfig, ScopedRouteConfiguration, VirtualHost,
 * Runtime.
 *
 * <p>Thread-safe: immutable.
 *
 * @param name {@code default/edge}: of a Gateway, or of the NodeGroup that it refers to
 * @param resources names are unique in each type; sorted by type and name
 */
public record GroupResources(String name, NodeSelector selector, List<Message> resources) {
    public GroupResources {
        resources = List.copyOf(resources);
    }
}
