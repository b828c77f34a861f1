package io.postern.xds.resources.envoy;

import static io.postern.xds.resources.attach.Conditions.ACCEPTED;
import static io.postern.xds.resources.attach.Conditions.PARTIALLY_INVALID;

import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Diagnostic;
import io.postern.xds.resources.attach.GatewayListener.Attachment;
import io.postern.xds.resources.document.Tree;
import java.util.ArrayList;
import java.util.List;

/**
 * Has every route translated by the data plane's own translator before it stands among others, so
 * that what it refuses is told of the rule that it comes from.
 */
final class RouteProbe {
    private final Translating translating;
    private final GroupReferences nothing = new GroupReferences(List.of());

    RouteProbe(Translating translating) {
        this.translating = translating;
    }

    /** Those of {@code routes} that the data plane takes. */
    List<RankedRoute> good(Attachment attachment, List<RankedRoute> routes) {
        var good = new ArrayList<RankedRoute>();
        for (var route : routes) {
            var problems =
                    translating
                            .dataPlane()
                            .check(ResourceType.ROUTES, alone(route.route()), nothing);
            if (problems.isEmpty()) {
                good.add(route);
            } else {
                refuse(attachment, route, problems);
            }
        }
        if (good.size() < routes.size()) {
            var conditions = attachment.conditions();
            if (good.isEmpty()) {
                conditions.fail(ACCEPTED, "UnsupportedValue", "no rule of it can be served");
            } else {
                conditions.pass(
                        PARTIALLY_INVALID,
                        "UnsupportedValue",
                        "some of its rules cannot be served");
            }
        }
        return good;
    }

    private void refuse(Attachment attachment, RankedRoute route, List<Diagnostic> problems) {
        var rules = attachment.route().spec().items("rules");
        Tree at = rules.get(route.rule());
        for (var problem : problems) {
            translating
                    .statuses()
                    .of(attachment.route())
                    .error(
                            at,
                            problem.message() + " (in " + field(problem.protoPath()) + ")",
                            problem.cure());
        }
    }

    private static String field(String path) {
        return path.replace("virtual_hosts[0].routes[0].", "");
    }

    private static RouteConfiguration alone(Route route) {
        return RouteConfiguration.newBuilder()
                .setName("probe")
                .addVirtualHosts(
                        VirtualHost.newBuilder().setName("probe").addDomains("*").addRoutes(route))
                .build();
    }
}
