package io.postern.config.envoy;

import io.postern.config.model.PathMatcher;
import io.postern.config.model.Route;
import io.postern.config.model.RouteMatch;
import io.postern.config.source.Spot;
import java.util.ArrayList;
import java.util.List;

/** Warns about routes that an earlier one leaves no request for: Envoy takes the first match. */
final class ShadowedRoutes {
    /** Of a long table only the first catch-alls are compared: no square of 10,000 routes. */
    private static final int MAX_COMPARED = 200;

    private ShadowedRoutes() {}

    static void check(List<Route> routes, Spot spot, Translation translation) {
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < routes.size(); i++) {
            for (int earlier : open) {
                if (covers(routes.get(earlier).match(), routes.get(i).match())) {
                    var place = spot.index(earlier).field("match").place();
                    translation.warning(
                            spot.index(i).field("match"),
                            "no request gets here: the route of line "
                                    + place.line()
                                    + " matches all of them first",
                            "move this route before it");
                    break;
                }
            }
            if (open.size() < MAX_COMPARED && isPathOnly(routes.get(i).match())) {
                open.add(i);
            }
        }
    }

    private static boolean isPathOnly(RouteMatch match) {
        return match.headers().isEmpty()
                && match.queryParameters().isEmpty()
                && match.runtimeFraction() == null
                && !match.grpcOnly()
                && match.tlsPresented() == null;
    }

    /**
     * Whether {@code earlier}, which looks at the path only, matches whatever {@code later} does.
     */
    private static boolean covers(RouteMatch earlier, RouteMatch later) {
        return switch (earlier.path()) {
            case PathMatcher.Prefix(var prefix, var sensitive) -> covers(prefix, sensitive, later);
            case PathMatcher.Exact(var path, var sensitive) ->
                    later.path() instanceof PathMatcher.Exact(var other, var same)
                            && sensitive == same
                            && path.equals(other);
            case PathMatcher.SeparatedPrefix(var prefix, var sensitive) ->
                    later.path() instanceof PathMatcher.SeparatedPrefix(var other, var same)
                            && sensitive == same
                            && prefix.equals(other);
            case PathMatcher.Regex(var pattern) ->
                    later.path() instanceof PathMatcher.Regex(var other)
                            && other.pattern().equals(pattern.pattern());
            case PathMatcher.Connect _ -> later.path() instanceof PathMatcher.Connect;
        };
    }

    private static boolean covers(String prefix, boolean sensitive, RouteMatch later) {
        return switch (later.path()) {
            case PathMatcher.Prefix(var text, var same) -> starts(text, prefix, sensitive, same);
            case PathMatcher.Exact(var text, var same) -> starts(text, prefix, sensitive, same);
            case PathMatcher.SeparatedPrefix(var text, var same) ->
                    starts(text, prefix, sensitive, same);
            case PathMatcher.Regex _ -> prefix.equals("/");
            case PathMatcher.Connect _ -> false;
        };
    }

    private static boolean starts(
            String text, String prefix, boolean prefixSensitive, boolean textSensitive) {
        if (prefixSensitive && !textSensitive && !prefix.equals("/")) {
            return false; // the later one also matches other cases
        }
        return text.regionMatches(!prefixSensitive, 0, prefix, 0, prefix.length());
    }
}
