package io.postern.xds.resources.kind;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.postern.config.source.Diagnostics;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must hold between fields of HTTPRoutes and GRPCRoutes. */
final class RouteRules {
    private static final Set<String> ONCE =
            Set.of(
                    "RequestHeaderModifier",
                    "ResponseHeaderModifier",
                    "RequestRedirect",
                    "URLRewrite",
                    "CORS");
    private static final List<String> NOT_IN_PATHS =
            List.of("//", "/./", "/../", "%2f", "%2F", "#");

    private RouteRules() {}

    static void check(Document route, Diagnostics diagnostics) {
        boolean grpc = route.key().kind().equals("GRPCRoute");
        var names = new HashSet<String>();
        for (var rule : route.spec().items("rules")) {
            if (rule.has("name") && !names.add(rule.text("name"))) {
                diagnostics.error(rule.at("name").spot(), "two rules have this name");
            }
            for (var match : rule.items("matches")) {
                if (grpc) {
                    grpcMatch(match, diagnostics);
                } else {
                    path(match.at("path"), diagnostics);
                }
                values(match, diagnostics);
            }
            filters(rule, rule, diagnostics);
            backends(rule, diagnostics);
            timeouts(rule.at("timeouts"), diagnostics);
        }
    }

    private static void grpcMatch(Tree match, Diagnostics diagnostics) {
        var method = match.at("method");
        if (method.isPresent()
                && method.text("service").isEmpty()
                && method.text("method").isEmpty()) {
            diagnostics.error(method.spot(), "expected: service, method or both");
        }
        if (method.text("type").equals("RegularExpression")) {
            regex(method.at("service"), diagnostics);
            regex(method.at("method"), diagnostics);
        }
    }

    private static void path(Tree path, Diagnostics diagnostics) {
        if (!path.isPresent()) {
            return;
        }
        var value = path.text("value", "/");
        if (path.text("type").equals("RegularExpression")) {
            regex(path.at("value"), diagnostics);
            return;
        }
        if (!value.startsWith("/")) {
            diagnostics.error(
                    path.at("value").spot(), "\"" + value + "\" (expected: it begins with /)");
        }
        for (var part : NOT_IN_PATHS) {
            if (value.contains(part)) {
                diagnostics.error(
                        path.at("value").spot(), "\"" + part + "\" is not possible in a path");
            }
        }
        if (value.endsWith("/..") || value.endsWith("/.")) {
            diagnostics.error(path.at("value").spot(), "a path cannot end with a dot segment");
        }
    }

    private static void values(Tree match, Diagnostics diagnostics) {
        for (var list : List.of("headers", "queryParams")) {
            for (var one : match.items(list)) {
                if (one.text("type").equals("RegularExpression")) {
                    regex(one.at("value"), diagnostics);
                }
            }
        }
    }

    private static void regex(Tree regex, Diagnostics diagnostics) {
        try {
            Pattern.compile(regex.text());
        } catch (PatternSyntaxException e) {
            diagnostics.error(
                    regex.spot(), "not a regular expression of RE2: " + e.getDescription());
        }
    }

    private static void filters(Tree owner, Tree rule, Diagnostics diagnostics) {
        var seen = new HashSet<String>();
        for (var filter : owner.items("filters")) {
            var type = filter.text("type");
            var field = field(type);
            if (!filter.has(field)) {
                diagnostics.error(filter.spot(), "\"" + field + "\" is missing");
            }
            for (var other : filter.entries().keySet()) {
                if (!other.equals("type") && !other.equals(field)) {
                    diagnostics.error(
                            filter.at(other).spot(), other + " is not for the type " + type);
                }
            }
            if (!seen.add(type) && ONCE.contains(type)) {
                diagnostics.error(filter.spot(), type + " is possible once", "put both into one");
            }
            prefix(filter.at("urlRewrite").at("path"), rule, diagnostics);
            prefix(filter.at("requestRedirect").at("path"), rule, diagnostics);
            mirror(filter.at("requestMirror"), diagnostics);
        }
        if (seen.contains("RequestRedirect") && seen.contains("URLRewrite")) {
            diagnostics.error(
                    owner.at("filters").spot(),
                    "only one of RequestRedirect and URLRewrite can be in a rule");
        }
        if (seen.contains("RequestRedirect") && !owner.items("backendRefs").isEmpty()) {
            diagnostics.error(
                    owner.at("backendRefs").spot(),
                    "a rule with RequestRedirect has no backends",
                    "remove one of the two");
        }
    }

    private static String field(String type) {
        return type.equals("CORS") || type.equals("URLRewrite")
                ? (type.equals("CORS") ? "cors" : "urlRewrite")
                : type.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + type.substring(1);
    }

    private static void prefix(Tree modifier, Tree rule, Diagnostics diagnostics) {
        if (!modifier.isPresent()) {
            return;
        }
        boolean whole = modifier.text("type").equals("ReplaceFullPath");
        var field = whole ? "replaceFullPath" : "replacePrefixMatch";
        if (!modifier.has(field)) {
            diagnostics.error(modifier.spot(), "\"" + field + "\" is missing");
        }
        var matches = rule.items("matches");
        boolean one =
                matches.isEmpty()
                        || (matches.size() == 1
                                && matches.getFirst()
                                        .at("path")
                                        .text("type", "PathPrefix")
                                        .equals("PathPrefix"));
        if (!whole && !one) {
            diagnostics.error(
                    modifier.spot(),
                    "ReplacePrefixMatch needs exactly one match, and that of type PathPrefix",
                    "divide the rule");
        }
    }

    private static void mirror(Tree mirror, Diagnostics diagnostics) {
        if (mirror.has("percent") && mirror.has("fraction")) {
            diagnostics.error(mirror.spot(), "only one of percent and fraction can be set");
        }
        if (mirror.isPresent()) {
            port(mirror.at("backendRef"), diagnostics);
        }
    }

    static void backends(Tree rule, Diagnostics diagnostics) {
        for (var backend : rule.items("backendRefs")) {
            port(backend, diagnostics);
            filters(backend, rule, diagnostics);
        }
    }

    private static void port(Tree reference, Diagnostics diagnostics) {
        if (reference.text("kind", "Service").equals("Service")
                && reference.text("group").isEmpty()
                && !reference.has("port")) {
            diagnostics.error(reference.spot(), "\"port\" is missing: a Service has several");
        }
    }

    private static void timeouts(Tree timeouts, Diagnostics diagnostics) {
        if (timeouts.has("request") && timeouts.has("backendRequest")) {
            long whole = Durations.millis(timeouts.text("request"));
            if (whole > 0 && Durations.millis(timeouts.text("backendRequest")) > whole) {
                diagnostics.error(
                        timeouts.at("backendRequest").spot(),
                        "longer than request, which it is a part of");
            }
        }
    }
}
