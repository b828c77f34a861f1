package io.postern.xds.resources.envoy;

import static io.postern.xds.resources.attach.Conditions.RESOLVED_REFS;

import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction.RedirectResponseCode;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.postern.xds.resources.attach.Conditions;
import io.postern.xds.resources.attach.GatewayListener.Attachment;
import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.envoy.Destination.Broken;
import io.postern.xds.resources.envoy.Destination.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rules of HTTPRoutes and GRPCRoutes as Envoy's routes. */
final class RequestRules {
    private static final int NOT_DONE = 500;

    private final Policies policies;
    private final Upstreams upstreams;
    private final Backends backends;
    private final RuleExtensions extensions;

    RequestRules(
            Translating translating,
            Policies policies,
            Upstreams upstreams,
            RuleExtensions extensions) {
        this.policies = policies;
        this.upstreams = upstreams;
        this.backends = new Backends(translating, upstreams);
        this.extensions = extensions;
    }

    /** Every rule of a route, for the listener that it is attached to. */
    List<RankedRoute> of(Attachment attachment) {
        var routes = new ArrayList<RankedRoute>();
        var rules = attachment.route().spec().items("rules");
        for (int i = 0; i < rules.size(); i++) {
            rule(attachment, rules.get(i), i, routes);
        }
        return routes;
    }

    private void rule(Attachment attachment, Tree rule, int index, List<RankedRoute> routes) {
        var document = attachment.route();
        boolean grpc = document.key().kind().equals("GRPCRoute");
        var action = action(attachment, rule, grpc);
        var matches = rule.items("matches");
        if (matches.isEmpty()) {
            matches = List.of(rule.at("matches").at("")); // one that says nothing
        }
        for (int i = 0; i < matches.size(); i++) {
            var match =
                    grpc ? RouteMatches.grpc(matches.get(i)) : RouteMatches.http(matches.get(i));
            var name =
                    document.key().kind().toLowerCase(Locale.ROOT)
                            + "/"
                            + document.path()
                            + "/rule/"
                            + index
                            + "/match/"
                            + i;
            var route = action.toBuilder().setName(name).setMatch(match.match()).build();
            routes.add(new RankedRoute(route, match.rank(), document, index));
        }
    }

    /** The route without its match. */
    private Route action(Attachment attachment, Tree rule, boolean grpc) {
        var gateway = attachment.listener().gateway();
        var document = attachment.route();
        var route = Route.newBuilder();
        var headers = new HeaderChanges();
        var policy = policies.find("headers", gateway, document, rule);
        if (policy != null) {
            headers.request(policy.spec().at("headers").at("request"));
            headers.response(policy.spec().at("headers").at("response"));
        }
        var action = RouteAction.newBuilder();
        RedirectAction redirect = null;
        for (var filter : rule.items("filters")) {
            switch (filter.text("type")) {
                case "RequestHeaderModifier" -> headers.request(filter.at("requestHeaderModifier"));
                case "ResponseHeaderModifier" ->
                        headers.response(filter.at("responseHeaderModifier"));
                case "RequestMirror" -> mirror(attachment, filter, action);
                case "URLRewrite" -> rewrite(filter.at("urlRewrite"), rule, action);
                case "RequestRedirect" ->
                        redirect = redirect(attachment, filter.at("requestRedirect"), rule);
                case "CORS" -> Cors.enable(filter.at("cors"), route);
                default -> {} // ExtensionRef: with the other extensions
            }
        }
        headers.apply(route);
        boolean usable = extensions.apply(attachment, rule, route);
        if (!usable) {
            route.clearTypedPerFilterConfig();
            return route.setDirectResponse(status(NOT_DONE)).build();
        }
        if (redirect != null) {
            return route.setRedirect(redirect).build();
        }
        var breakers = policies.find("breakers", gateway, document, rule);
        if (!backends.split(attachment, rule, breakers, action)) {
            return route.setDirectResponse(status(NOT_DONE)).build();
        }
        var retries = policies.find("retries", gateway, document, rule);
        var timeouts = policies.find("timeouts", gateway, document, rule);
        Resilience.timeouts(action, rule, timeouts, grpc);
        Resilience.retries(action, rule, retries);
        return route.setRoute(action).build();
    }

    private static DirectResponseAction status(int status) {
        return DirectResponseAction.newBuilder().setStatus(status).build();
    }

    private static void rewrite(Tree rewrite, Tree rule, RouteAction.Builder action) {
        if (rewrite.has("hostname")) {
            action.setHostRewriteLiteral(rewrite.text("hostname"));
        }
        if (rewrite.has("path")) {
            PathRewrite.of(rewrite.at("path"), RouteMatches.commonPrefix(rule.items("matches")))
                    .apply(action);
        }
    }

    private static RedirectAction redirect(Attachment attachment, Tree redirect, Tree rule) {
        var action = RedirectAction.newBuilder();
        var scheme = redirect.text("scheme");
        if (!scheme.isEmpty()) {
            action.setSchemeRedirect(scheme);
        }
        if (redirect.has("hostname")) {
            action.setHostRedirect(redirect.text("hostname"));
        }
        int port = RedirectPorts.of(redirect, attachment.listener());
        if (port != RedirectPorts.UNSAID) {
            action.setPortRedirect(port);
        }
        if (redirect.has("path")) {
            PathRewrite.of(redirect.at("path"), RouteMatches.commonPrefix(rule.items("matches")))
                    .apply(action);
        }
        return action.setResponseCode(
                        switch (redirect.number("statusCode", 302)) {
                            case 301 -> RedirectResponseCode.MOVED_PERMANENTLY;
                            case 303 -> RedirectResponseCode.SEE_OTHER;
                            case 307 -> RedirectResponseCode.TEMPORARY_REDIRECT;
                            case 308 -> RedirectResponseCode.PERMANENT_REDIRECT;
                            default -> RedirectResponseCode.FOUND;
                        })
                .build();
    }

    private void mirror(Attachment attachment, Tree filter, RouteAction.Builder action) {
        var mirror = filter.at("requestMirror");
        var reference = mirror.at("backendRef");
        switch (upstreams.find(attachment.route(), reference, null)) {
            case Broken(var reason, var message) -> unresolved(attachment, reason, message);
            case Known(var cluster) -> {
                var policy = RequestMirrorPolicy.newBuilder().setCluster(cluster);
                Fractions.of(mirror, policy);
                action.addRequestMirrorPolicies(policy);
            }
        }
    }

    private static void unresolved(Attachment attachment, String reason, String message) {
        Conditions conditions = attachment.conditions();
        conditions.fail(RESOLVED_REFS, reason, message);
    }
}
