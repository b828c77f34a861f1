package io.postern.xds.server.source;

import io.postern.xds.resources.NodeSelector;
import java.util.List;

/**
 * A file with Envoy resources as they are: {@code resources: [{"@type": …}, …]}, and for which
 * nodes ({@code nodes}); or one resource alone.
 *
 * @param file relative to the folder
 */
record RawDocument(String file, NodeSelector selector, List<Placed> resources) {
    RawDocument {
        resources = List.copyOf(resources);
    }
}
