package io.postern.xds.server.identity;

import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.fleet.NodeIdentity;
import org.jspecify.annotations.Nullable;

/**
 * Where certificates name nodes: the last step of a SPIFFE id is the node's id, {@code
 * spiffe://example.org/gateways/edge-1} may ask as {@code edge-1}. Thread-safe.
 */
public final class SpiffeNames implements Gatekeeper {
    @Override
    public @Nullable String refuses(Credential credential, NodeIdentity node) {
        String id = credential.spiffeId();
        if (id.isEmpty()) {
            return "a certificate with a SPIFFE id is needed to ask as " + node;
        }
        String last = id.substring(id.lastIndexOf('/') + 1);
        return !last.isEmpty() && last.equals(node.id())
                ? null
                : id
                        + " may not ask as "
                        + node
                        + " (expected: an id that ends in /"
                        + node.id()
                        + ")";
    }
}
