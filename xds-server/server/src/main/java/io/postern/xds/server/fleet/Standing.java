package io.postern.xds.server.fleet;

import io.postern.xds.server.protocol.ResourceStatus;

/** How a node stands to a resource. Immutable. */
public record Standing(NodeIdentity node, ResourceStatus resource) {}
