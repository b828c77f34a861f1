package io.postern.xds.server.protocol;

import io.postern.config.model.ResourceType;
import java.util.List;

/**
 * In which order types are sent, each only after the ones before it were answered: make before
 * break. What refers to something comes after it; what is removed goes the other way.
 *
 * <p>Source: "Eventual consistency considerations" in Envoy's xDS documentation.
 */
final class Order {
    /** Of additions and changes. */
    static final List<ResourceType> CHANGES =
            List.of(
                    ResourceType.RUNTIME,
                    ResourceType.SECRET,
                    ResourceType.CLUSTER,
                    ResourceType.ENDPOINTS,
                    ResourceType.EXTENSION,
                    ResourceType.LISTENER,
                    ResourceType.SCOPED_ROUTES,
                    ResourceType.ROUTES,
                    ResourceType.VIRTUAL_HOST);

    /** Of removals, after all changes. */
    static final List<ResourceType> REMOVALS =
            List.of(
                    ResourceType.LISTENER,
                    ResourceType.SCOPED_ROUTES,
                    ResourceType.ROUTES,
                    ResourceType.VIRTUAL_HOST,
                    ResourceType.EXTENSION,
                    ResourceType.CLUSTER,
                    ResourceType.ENDPOINTS,
                    ResourceType.SECRET,
                    ResourceType.RUNTIME);

    private Order() {}
}
