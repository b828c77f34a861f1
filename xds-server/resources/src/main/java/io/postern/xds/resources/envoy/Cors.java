package io.postern.xds.resources.envoy;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.postern.xds.resources.document.Tree;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gateway API's CORS filter (GEP-1767). */
final class Cors {
    static final String FILTER = "envoy.filters.http.cors";

    private static final int FIVE_SECONDS = 5;

    private Cors() {}

    static void enable(Tree cors, Route.Builder route) {
        var policy = CorsPolicy.newBuilder();
        for (var origin : cors.texts("allowOrigins")) {
            policy.addAllowOriginStringMatch(origin(origin));
        }
        policy.setAllowMethods(joined(cors.texts("allowMethods")))
                .setAllowHeaders(joined(cors.texts("allowHeaders")))
                .setExposeHeaders(joined(cors.texts("exposeHeaders")))
                .setMaxAge(String.valueOf(cors.number("maxAge", FIVE_SECONDS)));
        if (cors.truth("allowCredentials")) {
            policy.setAllowCredentials(Protos.truth(true));
        }
        route.putTypedPerFilterConfig(FILTER, Protos.any(policy.build()));
    }

    private static String joined(List<String> values) {
        return String.join(", ", values);
    }

    private static StringMatcher origin(String origin) {
        if (!origin.contains("*")) {
            return StringMatcher.newBuilder().setExact(origin).build();
        }
        var regex =
                Stream.of(origin.split("\\*", -1))
                        .map(part -> part.isEmpty() ? "" : Pattern.quote(part))
                        .collect(Collectors.joining(".*"));
        return StringMatcher.newBuilder().setSafeRegex(Protos.regex(regex)).build();
    }
}
