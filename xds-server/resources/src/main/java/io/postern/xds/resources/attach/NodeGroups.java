package io.postern.xds.resources.attach;

import static io.postern.xds.resources.attach.Conditions.ACCEPTED;

import io.postern.config.source.Nearest;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.NodeSelector;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.kind.Kinds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes serve which Gateways. A Gateway has its own nodes, those whose {@code node.cluster}
 * is its name, unless it or its class refers to a NodeGroup, which several can share.
 */
public final class NodeGroups {
    /**
     * Nodes that are served the same.
     *
     * @param gateways the oldest first
     * @param raw EnvoyResources
     */
    public record Group(
            String name, NodeSelector selector, List<OurGateway> gateways, List<Document> raw) {}

    private final Inventory inventory;
    private final Statuses statuses;

    public NodeGroups(Inventory inventory, Statuses statuses) {
        this.inventory = inventory;
        this.statuses = statuses;
    }

    /** The groups of these Gateways, and every NodeGroup. */
    public List<Group> of(List<OurGateway> gateways) {
        Map<String, Group> groups = new LinkedHashMap<>();
        for (var document : inventory.all("NodeGroup")) {
            var name = "nodegroup/" + document.path();
            groups.put(
                    name,
                    new Group(name, selector(document), new ArrayList<>(), new ArrayList<>()));
        }
        Map<String, Group> ofGateway = new LinkedHashMap<>();
        for (var gateway : gateways) {
            var path = gateway.gateway().path();
            var parameters = parameters(gateway.gateway());
            Group group;
            if (!parameters.isPresent()) {
                group =
                        new Group(
                                path, own(gateway.gateway()), new ArrayList<>(), new ArrayList<>());
                groups.put(path, group);
            } else {
                var found = nodeGroup(gateway.gateway(), parameters);
                group = found == null ? null : groups.get("nodegroup/" + found.path());
            }
            if (group != null) {
                group.gateways().add(gateway);
                ofGateway.put(path, group);
            }
        }
        raw(groups, ofGateway);
        return List.copyOf(groups.values());
    }

    private static NodeSelector own(Document gateway) {
        var names =
                gateway.namespace().equals("default")
                        ? Set.of(gateway.name(), gateway.path())
                        : Set.of(gateway.path());
        return new NodeSelector(Set.of(), names, Map.of(), Audience.ANY);
    }

    /** The nodes of a NodeGroup. */
    public static NodeSelector selector(Document group) {
        var spec = group.spec();
        var audience =
                switch (spec.text("audience")) {
                    case "Envoy" -> Audience.ENVOY;
                    case "Postern" -> Audience.POSTERN;
                    default -> Audience.ANY;
                };
        return new NodeSelector(
                Set.copyOf(spec.texts("ids")),
                Set.copyOf(spec.texts("clusters")),
                spec.table("metadata"),
                audience);
    }

    private Tree parameters(Document gateway) {
        var own = gateway.spec().at("infrastructure").at("parametersRef");
        var name = gateway.spec().text("gatewayClassName");
        var ofClass = inventory.find(Kinds.GATEWAY_API, "GatewayClass", "", name);
        return own.isPresent() || ofClass == null ? own : ofClass.spec().at("parametersRef");
    }

    private @Nullable Document nodeGroup(Document gateway, Tree parameters) {
        var group = parameters.text("group");
        var kind = parameters.text("kind");
        var name = parameters.text("name");
        var namespace = parameters.text("namespace", gateway.namespace());
        var found =
                group.equals(Kinds.POSTERN) && kind.equals("NodeGroup")
                        ? inventory.find(group, kind, namespace, name)
                        : null;
        if (found == null) {
            var message = "there is no " + kind + " " + namespace + "/" + name + " of " + group;
            statuses.of(gateway)
                    .error(
                            parameters,
                            message,
                            Nearest.cure(name, inventory.names("NodeGroup", namespace)));
            statuses.of(gateway).conditions().fail(ACCEPTED, "InvalidParameters", message);
        }
        return found;
    }

    private void raw(Map<String, Group> groups, Map<String, Group> ofGateway) {
        for (var document : inventory.all("EnvoyResource")) {
            for (var target : document.spec().items("targetRefs")) {
                var kind = target.text("kind");
                var path = document.namespace() + "/" + target.text("name");
                var group =
                        kind.equals("Gateway")
                                ? ofGateway.get(path)
                                : groups.get("nodegroup/" + path);
                if (group == null) {
                    var message = "there is no " + kind + " " + path;
                    statuses.of(document)
                            .error(
                                    target,
                                    message,
                                    Nearest.cure(
                                            target.text("name"),
                                            inventory.names(kind, document.namespace())));
                    statuses.of(document).conditions().fail(ACCEPTED, "TargetNotFound", message);
                } else if (!group.raw().contains(document)) {
                    group.raw().add(document);
                }
            }
        }
    }
}
