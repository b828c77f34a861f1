package io.postern.xds.server.fleet;

import io.postern.xds.resources.Audience;
import io.postern.xds.resources.NodeSelector;

/** Which groups a node belongs to. */
final class Selection {
    private Selection() {}

    static boolean matches(NodeSelector selector, NodeIdentity node) {
        return isFor(selector.audience(), node) && (node.everywhere() || names(selector, node));
    }

    private static boolean names(NodeSelector selector, NodeIdentity node) {
        return (selector.ids().isEmpty() || selector.ids().contains(node.id()))
                && (selector.clusters().isEmpty() || selector.clusters().contains(node.cluster()))
                && node.metadata().entrySet().containsAll(selector.metadata().entrySet())
                && (selector.part() == null || selector.part().has(node.id()));
    }

    private static boolean isFor(Audience audience, NodeIdentity node) {
        return switch (audience) {
            case ANY -> true;
            case ENVOY -> !node.isPostern();
            case POSTERN -> node.isPostern();
        };
    }

    /** The more a selector says, the more it counts where two groups name the same resource. */
    static int weight(NodeSelector selector) {
        int weight = selector.part() == null ? 0 : 1_000_000; // what is tried comes first
        weight += selector.ids().isEmpty() ? 0 : 1_000;
        weight += Math.min(selector.metadata().size(), 99) * 10;
        weight += selector.clusters().isEmpty() ? 0 : 5;
        return weight
                + switch (selector.audience()) {
                    case ANY -> 0;
                    case ENVOY, POSTERN -> 1;
                };
    }
}
