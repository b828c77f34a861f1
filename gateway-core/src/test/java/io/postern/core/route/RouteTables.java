package io.postern.core.route;

import io.postern.config.model.FilterOverrides;
import io.postern.config.model.HeaderMatcher;
import io.postern.config.model.HeaderMutations;
import io.postern.config.model.PathMatcher;
import io.postern.config.model.QueryParameterMatcher;
import io.postern.config.model.Route;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.ClusterChoice;
import io.postern.config.model.RouteAction.HostRewrite;
import io.postern.config.model.RouteAction.PathRewrite;
import io.postern.config.model.RouteMatch;
import io.postern.config.model.RouteMatch.Fraction;
import io.postern.config.model.RouteTable;
import io.postern.config.model.VirtualHost;
import io.postern.config.model.VirtualHost.TlsRequirement;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.Metadata;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Short forms of route tables and heads for tests. */
public final class RouteTables {
    private RouteTables() {}

    public static RouteTable table(VirtualHost... hosts) {
        return new RouteTable(
                "local",
                List.of(hosts),
                HeaderMutations.none(),
                false,
                false,
                FilterOverrides.none());
    }

    public static VirtualHost host(String domain, Route... routes) {
        return host(List.of(domain), TlsRequirement.NONE, routes);
    }

    public static VirtualHost host(List<String> domains, TlsRequirement tls, Route... routes) {
        return new VirtualHost(
                domains.getFirst(),
                domains,
                List.of(routes),
                tls,
                HeaderMutations.none(),
                null,
                false,
                false,
                false,
                FilterOverrides.none(),
                Metadata.none());
    }

    public static Route to(String cluster, PathMatcher path) {
        return route(
                match(path), forward(new ClusterChoice.Named(cluster), new PathRewrite.None()));
    }

    public static Route route(RouteMatch match, RouteAction action) {
        return new Route(
                "", match, action, HeaderMutations.none(), FilterOverrides.none(), Metadata.none());
    }

    public static RouteMatch match(PathMatcher path) {
        return match(path, List.of(), List.of(), null);
    }

    public static RouteMatch match(
            PathMatcher path,
            List<HeaderMatcher> headers,
            List<QueryParameterMatcher> parameters,
            @Nullable Fraction fraction) {
        return new RouteMatch(path, headers, parameters, fraction, false, null, null, List.of());
    }

    public static RouteAction.Forward forward(ClusterChoice cluster, PathRewrite rewrite) {
        return new RouteAction.Forward(
                cluster,
                503,
                Duration.ofSeconds(15),
                null,
                null,
                rewrite,
                new HostRewrite.None(),
                false,
                false,
                List.of(),
                List.of(),
                null,
                null,
                List.of(),
                List.of(),
                null,
                Map.of(),
                List.of(),
                RouteAction.Tries.plain());
    }

    public static PathMatcher prefix(String text) {
        return new PathMatcher.Prefix(text, true);
    }

    public static PathMatcher exact(String text) {
        return new PathMatcher.Exact(text, true);
    }

    /** A request head with further headers. */
    public static HeaderMap get(String authority, String path, String... more) {
        String[] all = {
            ":method",
            "GET",
            ":authority",
            authority,
            ":path",
            path,
            ":scheme",
            "http",
            "x-forwarded-proto",
            "http"
        };
        String[] lines = Arrays.copyOf(all, all.length + more.length);
        System.arraycopy(more, 0, lines, all.length, more.length);
        return HeaderMap.of(lines);
    }

    /** The cluster chosen, or the kind of another decision. */
    public static String chosen(RouteTable table, HeaderMap head) {
        return name(CompiledRoutes.compile(table).decide(head, 0, null));
    }

    public static String name(RouteDecision decision) {
        return switch (decision) {
            case RouteDecision.Forward forward -> forward.cluster();
            case RouteDecision.Redirect _ -> "(redirect)";
            case RouteDecision.DirectResponse _ -> "(direct)";
            case RouteDecision.NonForwarding _ -> "(filter)";
            case RouteDecision.TlsRequired _ -> "(tls)";
            case RouteDecision.NoRoute _ -> "(none)";
        };
    }
}
