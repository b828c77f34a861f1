package io.postern.xds.resources.envoy;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.envoy.RankedRoute.Rank;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/** What HTTPRoutes and GRPCRoutes match by. */
final class RouteMatches {
    private RouteMatches() {}

    /** A match and its rank. */
    record Ranked(RouteMatch match, Rank rank) {}

    /** Of an HTTPRoute; a match that says nothing is for every path. */
    static Ranked http(Tree match) {
        var path = match.at("path");
        var type = path.text("type", "PathPrefix");
        var value = path.text("value", "/");
        var built = RouteMatch.newBuilder();
        int form =
                switch (type) {
                    case "Exact" -> {
                        built.setPath(value);
                        yield 0;
                    }
                    case "RegularExpression" -> {
                        built.setSafeRegex(Protos.regex(value));
                        yield 1;
                    }
                    default -> {
                        prefix(value, built);
                        yield 2;
                    }
                };
        if (match.has("method")) {
            built.addHeaders(method(match.text("method")));
        }
        int headers = headers(match, built);
        int parameters = parameters(match, built);
        return new Ranked(
                built.build(),
                new Rank(form, value.length(), 0, match.has("method"), headers, parameters));
    }

    // Prefixes match whole segments, with or without a slash at their end.
    private static void prefix(String value, RouteMatch.Builder match) {
        var plain = withoutSlash(value);
        if (plain.isEmpty()) {
            match.setPrefix("/");
        } else {
            match.setPathSeparatedPrefix(plain);
        }
    }

    /** A path prefix without slashes at its end. */
    static String withoutSlash(String prefix) {
        int end = prefix.length();
        while (end > 0 && prefix.charAt(end - 1) == '/') {
            end--;
        }
        return prefix.substring(0, end);
    }

    private static HeaderMatcher method(String method) {
        return HeaderMatcher.newBuilder()
                .setName(":method")
                .setStringMatch(StringMatcher.newBuilder().setExact(method))
                .build();
    }

    /** Of a GRPCRoute. */
    static Ranked grpc(Tree match) {
        var method = match.at("method");
        boolean regex = method.text("type", "Exact").equals("RegularExpression");
        var service = method.text("service");
        var name = method.text("method");
        var built = RouteMatch.newBuilder();
        if (service.isEmpty() && name.isEmpty()) {
            built.setPrefix("/");
        } else if (regex) {
            built.setSafeRegex(Protos.regex("/" + orAny(service) + "/" + orAny(name)));
        } else if (service.isEmpty()) {
            built.setSafeRegex(Protos.regex("/[^/]+/" + Pattern.quote(name)));
        } else if (name.isEmpty()) {
            built.setPrefix("/" + service + "/");
        } else {
            built.setPath("/" + service + "/" + name);
        }
        int headers = headers(match, built);
        var rank = new Rank(0, service.length(), name.length(), false, headers, 0);
        return new Ranked(built.build(), rank);
    }

    private static String orAny(String regex) {
        return regex.isEmpty() ? "[^/]+" : "(?:" + regex + ")";
    }

    // Of two entries of one name the first counts.
    private static int headers(Tree match, RouteMatch.Builder built) {
        var seen = new HashSet<String>();
        for (var header : match.items("headers")) {
            var name = header.text("name").toLowerCase(Locale.ROOT);
            if (seen.add(name)) {
                built.addHeaders(
                        HeaderMatcher.newBuilder().setName(name).setStringMatch(value(header)));
            }
        }
        return seen.size();
    }

    private static int parameters(Tree match, RouteMatch.Builder built) {
        var seen = new HashSet<String>();
        for (var parameter : match.items("queryParams")) {
            if (seen.add(parameter.text("name"))) {
                built.addQueryParameters(
                        QueryParameterMatcher.newBuilder()
                                .setName(parameter.text("name"))
                                .setStringMatch(value(parameter)));
            }
        }
        return seen.size();
    }

    private static StringMatcher value(Tree match) {
        var value = match.text("value");
        return match.text("type").equals("RegularExpression")
                ? StringMatcher.newBuilder().setSafeRegex(Protos.regex(value)).build()
                : StringMatcher.newBuilder().setExact(value).build();
    }

    /** The one prefix that all matches of a rule have; empty: they have none. */
    static String commonPrefix(List<Tree> matches) {
        if (matches.isEmpty()) {
            return "/";
        }
        var path = matches.getFirst().at("path");
        return path.text("type", "PathPrefix").equals("PathPrefix") ? path.text("value", "/") : "";
    }
}
