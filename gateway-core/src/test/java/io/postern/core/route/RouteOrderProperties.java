package io.postern.core.route;

import static io.postern.core.route.RouteTables.get;
import static io.postern.core.route.RouteTables.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.postern.config.model.FilterOverrides;
import io.postern.config.model.HeaderMatcher;
import io.postern.config.model.HeaderMutations;
import io.postern.config.model.PathMatcher;
import io.postern.config.model.Route;
import io.postern.config.model.RouteTable;
import io.postern.config.model.VirtualHost;
import io.postern.config.model.VirtualHost.TlsRequirement;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index decides as one loop over domains and one over routes would. */
class RouteOrderProperties {
    private static final String[] PIECES = {"/", "a", "b", "A", "/a", "/b", "x/", "?", "#", "ab"};
    private static final String[] LABELS = {"a", "b", "A", "com", "x-a"};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void decidesAsALinearSearchDoes(long seed) {
        // Given
        var random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            RouteTable table = table(random);
            CompiledRoutes routes = CompiledRoutes.compile(table);
            for (int i = 0; i < 100; i++) {
                String authority = authority(random);
                String path = path(random);
                HeaderMap head =
                        random.nextBoolean()
                                ? get(authority, path)
                                : get(authority, path, "x-flag", "1");

                // When
                String decided = RouteTables.name(routes.decide(head, 0, null));

                // Then
                assertThat(decided)
                        .as("seed %s, %s%s in %s", seed, authority, path, table)
                        .isEqualTo(linear(table, authority, path, head));
            }
        }
    }

    private static RouteTable table(Random random) {
        var hosts = new ArrayList<VirtualHost>();
        Set<String> used = new LinkedHashSet<>();
        int count = 1 + random.nextInt(6);
        for (int h = 0; h < count; h++) {
            String name = label(random) + (random.nextBoolean() ? "." + label(random) : "");
            String domain =
                    switch (random.nextInt(4)) {
                        case 0 -> "*." + name;
                        case 1 -> name + ".*";
                        case 2 -> "*";
                        default -> name;
                    };
            if (!used.add(domain.toLowerCase(Locale.ROOT))) {
                continue;
            }
            var routes = new ArrayList<Route>();
            for (int r = random.nextInt(30); r > 0; r--) {
                routes.add(aRoute(random, h + "/" + r));
            }
            hosts.add(
                    RouteTables.host(
                            List.of(domain), TlsRequirement.NONE, routes.toArray(Route[]::new)));
        }
        return new RouteTable(
                "r", hosts, HeaderMutations.none(), false, false, FilterOverrides.none());
    }

    private static Route aRoute(Random random, String cluster) {
        String text = path(random);
        boolean caseSensitive = random.nextInt(3) > 0;
        PathMatcher path =
                switch (random.nextInt(4)) {
                    case 0 -> new PathMatcher.Exact(text, caseSensitive);
                    case 1 -> new PathMatcher.SeparatedPrefix(text, caseSensitive);
                    case 2 ->
                            new PathMatcher.Regex(Pattern.compile(Pattern.quote(text) + "[a-z/]*"));
                    default -> new PathMatcher.Prefix(text, caseSensitive);
                };
        Route route = to(cluster, path);
        if (random.nextInt(4) > 0) {
            return route;
        }
        var flag =
                new HeaderMatcher(
                        HeaderName.of("x-flag"),
                        new HeaderMatcher.Rule.Present(random.nextBoolean()),
                        false,
                        false);
        return RouteTables.route(
                RouteTables.match(path, List.of(flag), List.of(), null), route.action());
    }

    private static String label(Random random) {
        return LABELS[random.nextInt(LABELS.length)];
    }

    private static String authority(Random random) {
        var name = new StringBuilder(label(random));
        for (int i = random.nextInt(3); i > 0; i--) {
            name.append('.').append(label(random));
        }
        return name.toString();
    }

    private static String path(Random random) {
        var path = new StringBuilder("/");
        for (int i = random.nextInt(5); i > 0; i--) {
            path.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return path.toString();
    }

    private static String linear(
            RouteTable table, String authority, String target, HeaderMap head) {
        VirtualHost host = host(table, authority.toLowerCase(Locale.ROOT));
        if (host == null) {
            return "(none)";
        }
        String path = target.split("[?#]", 2)[0];
        for (Route route : host.routes()) {
            boolean headers =
                    route.match().headers().stream()
                            .allMatch(matcher ->
                                    ((HeaderMatcher.Rule.Present) matcher.rule()).present()
                                            == head.contains(matcher.name()));
            if (headers && matches(route.match().path(), path)) {
                return RouteTables.name(
                        CompiledRoutes.compile(RouteTables.table(RouteTables.host("*", route)))
                                .decide(head, 0, null));
            }
        }
        return "(none)";
    }

    private static @Nullable VirtualHost host(RouteTable table, String authority) {
        VirtualHost best = null;
        int bestScore = -1;
        for (VirtualHost host : table.virtualHosts()) {
            String domain = host.domains().getFirst().toLowerCase(Locale.ROOT);
            int score = score(domain, authority);
            if (score > bestScore) {
                best = host;
                bestScore = score;
            }
        }
        return best;
    }

    private static int score(String domain, String authority) {
        int length = domain.length() - 1;
        if (domain.equals(authority)) {
            return 1_000_000;
        } else if (domain.equals("*")) {
            return 0;
        } else if (domain.startsWith("*")) {
            boolean ends = authority.endsWith(domain.substring(1)) && authority.length() > length;
            return ends ? 10_000 + length : -1;
        } else if (domain.endsWith("*")) {
            boolean starts =
                    authority.startsWith(domain.substring(0, length))
                            && authority.length() > length;
            return starts ? 100 + length : -1;
        }
        return -1;
    }

    private static boolean matches(PathMatcher matcher, String path) {
        return switch (matcher) {
            case PathMatcher.Exact(String text, boolean strict) ->
                    fold(path, strict).equals(fold(text, strict));
            case PathMatcher.Prefix(String text, boolean strict) ->
                    fold(path, strict).startsWith(fold(text, strict));
            case PathMatcher.SeparatedPrefix(String text, boolean strict) ->
                    fold(path, strict).equals(fold(text, strict))
                            || fold(path, strict).startsWith(fold(text, strict) + "/");
            case PathMatcher.Regex(Pattern pattern) -> pattern.matches(path);
            case PathMatcher.Connect _ -> false;
        };
    }

    private static String fold(String text, boolean caseSensitive) {
        return caseSensitive ? text : text.toLowerCase(Locale.ROOT);
    }
}
