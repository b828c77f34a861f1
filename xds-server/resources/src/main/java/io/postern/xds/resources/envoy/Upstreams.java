package io.postern.xds.resources.envoy;

import io.postern.config.source.Nearest;
import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.envoy.Destination.Broken;
import io.postern.xds.resources.envoy.Destination.Known;
import io.postern.xds.resources.kind.Kinds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what backendRefs refer to, and has a cluster made of it. */
final class Upstreams {
    private static final List<String> TLS = List.of("https", "kubernetes.io/wss");

    private final Translating translating;
    private final ClusterMaker clusters;

    Upstreams(Translating translating, GroupDraft group) {
        this.translating = translating;
        this.clusters = new ClusterMaker(translating, group);
    }

    /**
     * Where {@code reference} leads.
     *
     * @param breakers the policy with bounds for the cluster; null: none
     */
    Destination find(Document route, Tree reference, @Nullable Document breakers) {
        var group = reference.text("group");
        var kind = reference.text("kind", "Service");
        var key =
                new DocumentKey(
                        group,
                        kind,
                        reference.text("namespace", route.namespace()),
                        reference.text("name"));
        boolean service = group.isEmpty() && kind.equals("Service");
        boolean backend = group.equals(Kinds.POSTERN) && kind.equals("Backend");
        if (!service && !backend) {
            return broken(
                    route,
                    reference,
                    "InvalidKind",
                    (group.isEmpty() ? kind : group + "/" + kind)
                            + " (expected: Service, or Backend of the group "
                            + Kinds.POSTERN
                            + ")",
                    "");
        }
        if (!translating.grants().allow(route, key)) {
            return broken(
                    route,
                    reference,
                    "RefNotPermitted",
                    "no ReferenceGrant in "
                            + key.namespace()
                            + " lets a "
                            + route.key().kind()
                            + " of "
                            + route.namespace()
                            + " refer to "
                            + key,
                    "");
        }
        var found = translating.inventory().find(group, kind, key.namespace(), key.name());
        if (found == null) {
            var names = translating.inventory().names(kind, key.namespace());
            return broken(
                    route,
                    reference,
                    "BackendNotFound",
                    "there is no " + key,
                    Nearest.cure(key.name(), names));
        }
        return service
                ? service(route, reference, found, breakers)
                : backend(route, reference, found, breakers);
    }

    private Destination service(
            Document route, Tree reference, Document service, @Nullable Document breakers) {
        int number = reference.number("port", 0);
        var ports = service.spec().items("ports");
        var port = ports.stream().filter(one -> one.number("port", 0) == number).findFirst();
        if (port.isEmpty()) {
            var known = ports.stream().map(one -> one.text("port")).toList();
            return broken(
                    route,
                    reference,
                    "BackendNotFound",
                    service.key() + " has no port " + number,
                    known.isEmpty() ? "" : "its ports: " + String.join(", ", known));
        }
        if (!port.get().text("protocol", "TCP").equals("TCP")) {
            return broken(
                    route,
                    reference,
                    "UnsupportedProtocol",
                    "port " + number + " of " + service.key() + " is not for TCP",
                    "");
        }
        var application = port.get().text("appProtocol");
        if (TLS.contains(application) && !clusters.isSecured(service, port.get().text("name"))) {
            return broken(
                    route,
                    reference,
                    "UnsupportedProtocol",
                    "appProtocol "
                            + application
                            + " needs TLS, and no BackendTLSPolicy asks for it",
                    "add a BackendTLSPolicy for " + service.key());
        }
        var wire = wire(route, application);
        var upstream = new Upstream(service, number, port.get().text("name"), wire, breakers);
        return made(route, reference, upstream);
    }

    private Destination backend(
            Document route, Tree reference, Document backend, @Nullable Document breakers) {
        if (reference.has("port")) {
            translating
                    .statuses()
                    .of(route)
                    .warning(
                            reference.at("port"),
                            "not used: each endpoint of a Backend has its own port",
                            "remove it");
        }
        boolean http2 =
                backend.spec().text("protocol").equals("HTTP2")
                        || route.key().kind().equals("GRPCRoute");
        var wire = http2 ? Upstream.Wire.HTTP2 : Upstream.Wire.PLAIN;
        return made(route, reference, new Upstream(backend, 0, "", wire, breakers));
    }

    private Destination made(Document route, Tree reference, Upstream upstream) {
        var problem = clusters.make(upstream);
        return problem.isEmpty()
                ? new Known(upstream.name())
                : broken(route, reference, "BackendNotFound", problem, "");
    }

    // Source: KEP-3726; grpc as Istio and Envoy Gateway know it
    private static Upstream.Wire wire(Document route, String appProtocol) {
        boolean http2 =
                List.of("kubernetes.io/h2c", "grpc", "http2", "h2c").contains(appProtocol)
                        || route.key().kind().equals("GRPCRoute");
        return http2 ? Upstream.Wire.HTTP2 : Upstream.Wire.PLAIN;
    }

    private Destination broken(
            Document route, Tree at, String reason, String message, String cure) {
        translating.statuses().of(route).error(at, message, cure);
        return new Broken(reason, message);
    }
}
