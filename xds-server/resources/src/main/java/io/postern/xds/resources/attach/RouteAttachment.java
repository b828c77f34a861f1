package io.postern.xds.resources.attach;

import static io.postern.xds.resources.attach.Conditions.ACCEPTED;

import io.postern.config.source.Nearest;
import io.postern.xds.resources.attach.GatewayListener.Attachment;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.kind.Kinds;
import java.util.ArrayList;
import java.util.List;

/** Attaches routes to listeners. Source: Gateway API, ParentReference and AllowedRoutes. */
public final class RouteAttachment {
    /** Every kind of route. */
    public static final List<String> ROUTES =
            List.of("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute");

    private final Inventory inventory;
    private final Statuses statuses;
    private final List<OurGateway> gateways;

    public RouteAttachment(Inventory inventory, Statuses statuses, List<OurGateway> gateways) {
        this.inventory = inventory;
        this.statuses = statuses;
        this.gateways = gateways;
    }

    /** Attaches all, the oldest first, whatever their kind. */
    public void attach() {
        ROUTES.stream()
                .flatMap(kind -> inventory.all(kind).stream())
                .sorted(Document.BY_AGE)
                .forEach(route -> {
                    var parents = route.spec().items("parentRefs");
                    if (parents.isEmpty()) {
                        statuses.of(route)
                                .warning(
                                        route.spec(),
                                        "no parentRefs: it is attached to nothing",
                                        "");
                    }
                    parents.forEach(parent -> attach(route, parent));
                });
    }

    private void attach(Document route, Tree parent) {
        if (!parent.text("group", Kinds.GATEWAY_API).equals(Kinds.GATEWAY_API)
                || !parent.text("kind", "Gateway").equals("Gateway")) {
            statuses.of(route).warning(parent, "not a Gateway: nothing is done for it", "");
            return;
        }
        var namespace = parent.text("namespace", route.namespace());
        var name = parent.text("name");
        var section = parent.text("sectionName");
        var gateway = inventory.find(Kinds.GATEWAY_API, "Gateway", namespace, name);
        var ours = gateways.stream().filter(one -> one.gateway().equals(gateway)).findFirst();
        if (gateway != null && ours.isEmpty()) {
            return; // of another controller, which speaks for it
        }
        var conditions =
                statuses.of(route)
                        .parent(
                                "Gateway " + namespace + "/" + name,
                                section,
                                parent.number("port", 0));
        if (ours.isEmpty()) {
            refuse(
                    route,
                    parent,
                    conditions,
                    "NoMatchingParent",
                    "there is no Gateway " + namespace + "/" + name,
                    Nearest.cure(name, inventory.names("Gateway", namespace)));
        } else {
            attach(route, parent, ours.get(), conditions);
        }
    }

    private void attach(Document route, Tree parent, OurGateway gateway, Conditions conditions) {
        var candidates = candidates(parent, gateway);
        if (candidates.isEmpty()) {
            var names = gateway.listeners().stream().map(GatewayListener::name).toList();
            refuse(
                    route,
                    parent,
                    conditions,
                    "NoMatchingParent",
                    gateway.gateway().key() + " has no such listener",
                    parent.has("sectionName")
                            ? Nearest.cure(parent.text("sectionName"), names)
                            : "");
            return;
        }
        var allowed = candidates.stream().filter(one -> allows(one, route)).toList();
        if (allowed.isEmpty()) {
            refuse(
                    route,
                    parent,
                    conditions,
                    "NotAllowedByListeners",
                    "no listener allows a "
                            + route.key().kind()
                            + " of the namespace "
                            + route.namespace(),
                    "see allowedRoutes of the Gateway");
            return;
        }
        var found = new ArrayList<Attachment>();
        for (var listener : allowed) {
            listener.attached().add(route);
            var hosts = Hostnames.intersect(listener.hostname(), route.spec().texts("hostnames"));
            if (!hosts.isEmpty() || route.key().kind().equals("TCPRoute")) {
                found.add(new Attachment(route, listener, hosts, parent, conditions));
            }
        }
        if (found.isEmpty()) {
            refuse(
                    route,
                    parent,
                    conditions,
                    "NoMatchingListenerHostname",
                    "no host name in common with a listener",
                    "");
        }
        found.forEach(one -> one.listener().attachments().add(one));
    }

    private static List<GatewayListener> candidates(Tree parent, OurGateway gateway) {
        return gateway.listeners().stream()
                .filter(one ->
                        !parent.has("sectionName") || parent.text("sectionName").equals(one.name()))
                .filter(one -> !parent.has("port") || parent.number("port", 0) == one.port())
                .toList();
    }

    private boolean allows(GatewayListener listener, Document route) {
        if (!listener.kinds().contains(route.key().kind())) {
            return false;
        }
        var namespaces = listener.tree().at("allowedRoutes").at("namespaces");
        return switch (namespaces.text("from", "Same")) {
            case "All" -> true;
            case "Same" -> route.namespace().equals(listener.gateway().namespace());
            case "Selector" ->
                    Labels.match(
                            namespaces.at("selector"),
                            inventory.namespaceLabels(route.namespace()));
            default -> false; // None
        };
    }

    private void refuse(
            Document route,
            Tree at,
            Conditions conditions,
            String reason,
            String message,
            String cure) {
        conditions.fail(ACCEPTED, reason, message);
        statuses.of(route).error(at, message, cure);
    }
}
