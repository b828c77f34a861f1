package io.postern.core.route;

import static io.postern.core.route.RouteTables.exact;
import static io.postern.core.route.RouteTables.forward;
import static io.postern.core.route.RouteTables.get;
import static io.postern.core.route.RouteTables.host;
import static io.postern.core.route.RouteTables.match;
import static io.postern.core.route.RouteTables.name;
import static io.postern.core.route.RouteTables.prefix;
import static io.postern.core.route.RouteTables.route;
import static io.postern.core.route.RouteTables.table;
import static io.postern.core.route.RouteTables.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.postern.config.model.FilterOverrides;
import io.postern.config.model.HeaderMatcher;
import io.postern.config.model.HeaderMutations;
import io.postern.config.model.PathMatcher;
import io.postern.config.model.QueryParameterMatcher;
import io.postern.config.model.RouteAction.ClusterChoice;
import io.postern.config.model.RouteAction.PathRewrite;
import io.postern.config.model.RouteAction.WeightedCluster;
import io.postern.config.model.RouteMatch;
import io.postern.config.model.RouteMatch.Fraction;
import io.postern.config.model.RouteTable;
import io.postern.config.model.StringMatcher;
import io.postern.config.model.VirtualHost;
import io.postern.config.model.VirtualHost.TlsRequirement;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompiledRoutesTest {
    private static final VirtualHost[] HOSTS = {
        host("*", to("any", prefix("/"))),
        host("example.com", to("exact", prefix("/"))),
        host("*.example.com", to("suffix", prefix("/"))),
        host("*.deep.example.com", to("deep", prefix("/"))),
        host("*-bar.example.com", to("dash", prefix("/"))),
        host("api.*", to("prefix", prefix("/"))),
        host("api.example.*", to("longPrefix", prefix("/"))),
        host("ported.org:8080", to("ported", prefix("/"))),
    };

    @ParameterizedTest
    @CsvSource({
        "example.com, exact",
        "EXAMPLE.com, exact",
        "a.example.com, suffix",
        ".example.com, any",
        "x.deep.example.com, deep",
        "foo-bar.example.com, dash",
        "api.example.com, suffix",
        "api.example.net, longPrefix",
        "api.other.net, prefix",
        "api., any",
        "other.org, any",
        "example.com:80, any",
        "ported.org:8080, ported",
        "ported.org, any",
    })
    void choosesTheMostSpecificDomain(String authority, String cluster) {
        assertThat(RouteTables.chosen(table(HOSTS), get(authority, "/"))).isEqualTo(cluster);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com:80, exact",
        "example.com:, exact",
        "[::1]:80, v6",
        "[::1], v6",
        "ported.org, any"
    })
    void ignoresThePortWhereToldTo(String authority, String cluster) {
        // Given
        var hosts = List.of(HOSTS[0], HOSTS[1], host("[::1]", to("v6", prefix("/"))), HOSTS[7]);
        var table =
                new RouteTable(
                        "r", hosts, HeaderMutations.none(), false, true, FilterOverrides.none());

        // When, Then
        assertThat(RouteTables.chosen(table, get(authority, "/"))).isEqualTo(cluster);
    }

    @Test
    void withoutAuthorityOnlyALoneWildcardMatches() {
        // Given
        HeaderMap head = HeaderMap.of(":method", "GET", ":path", "/", "x-forwarded-proto", "http");

        // When, Then
        assertThat(RouteTables.chosen(table(HOSTS[0]), head)).isEqualTo("any");
        assertThat(RouteTables.chosen(table(HOSTS), head)).isEqualTo("(none)");
    }

    private static final VirtualHost PATHS =
            host(
                    "*",
                    to("exact", exact("/a")),
                    to("foldedExact", new PathMatcher.Exact("/Fold", false)),
                    to("regex", new PathMatcher.Regex(Pattern.compile("/r/[0-9]+"))),
                    to("separated", new PathMatcher.SeparatedPrefix("/sep", true)),
                    to("foldedSeparated", new PathMatcher.SeparatedPrefix("/FS", false)),
                    to("connect", new PathMatcher.Connect()),
                    to("early", prefix("/p")),
                    to("shadowed", prefix("/p/long")),
                    to("foldedPrefix", new PathMatcher.Prefix("/Q", false)),
                    to("utf8", prefix("/é")));

    @ParameterizedTest
    @CsvSource({
        "/a, exact",
        "/a?x=y, exact",
        "/a#x, exact",
        "/A, (none)",
        "/a/, (none)",
        "/fOLD, foldedExact",
        "/r/17, regex",
        "/r/17?q, regex",
        "/r/17/x, (none)",
        "/sep, separated",
        "/sep/x, separated",
        "/sep?x, separated",
        "/separate, (none)",
        "/fs/x, foldedSeparated",
        "/p/long, early",
        "/pp, early",
        "/qqq, foldedPrefix",
        "/?/a, (none)",
        "/Ã©/x, utf8",
    })
    void matchesPaths(String path, String cluster) {
        assertThat(RouteTables.chosen(table(PATHS), get("h", path))).isEqualTo(cluster);
    }

    @Test
    void connectRoutesNeedNoPath() {
        // Given
        var connect = HeaderMap.of(":method", "CONNECT", ":authority", "h:80");
        var get = HeaderMap.of(":method", "GET", ":authority", "h:80");

        // When, Then
        assertThat(RouteTables.chosen(table(PATHS), connect)).isEqualTo("connect");
        assertThat(RouteTables.chosen(table(PATHS), get)).isEqualTo("(none)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "present       | x-h=1         | true",
                "present       | x-o=1         | false",
                "absent        | x-o=1         | true",
                "absent        | x-h=1         | false",
                "not-present   | x-o=1         | true",
                "not-present   | x-h=1         | false",
                "not-absent    | x-h=1         | true",
                "not-absent    | x-o=1         | false",
                "exact         | x-h=Abc       | true",
                "exact         | x-h=abc       | false",
                "exact         | x-o=1         | false",
                "fold          | x-h=ABC       | true",
                "not-exact     | x-h=other     | true",
                "not-exact     | x-h=Abc       | false",
                "not-exact     | x-o=1         | false",
                "not-exact-empty | x-o=1       | true",
                "empty         | x-o=1         | true",
                "suffix        | x-h=xAbc      | true",
                "contains      | x-h=xAbcx     | true",
                "contains      | x-h=xAbx      | false",
                "prefix        | x-h=Abcd      | true",
                "regex         | x-h=A12       | true",
                "regex         | x-h=A12x      | false",
                "range         | x-h=10        | true",
                "range         | x-h=19        | true",
                "range         | x-h=20        | false",
                "range         | x-h=-1        | false",
                "range         | x-h=1x        | false",
                "range         | x-h=9223372036854775808 | false",
                "joined        | x-h=a;x-h=b   | false",
                "exact         | x-h=b;x-h=Abc | true",
                "not-exact     | x-h=b;x-h=Abc | false",
                "range         | x-h=5;x-h=15  | true",
                "agent         | user-agent=a;user-agent=b | true",
                "agent         | user-agent=a  | false",
                "host          | x-o=1         | true",
            })
    void matchesHeaders(String rule, String headers, boolean matches) {
        // Given
        var table =
                table(
                        host(
                                "*",
                                route(
                                        match(prefix("/"), List.of(matcher(rule)), List.of(), null),
                                        forward(
                                                new ClusterChoice.Named("hit"),
                                                new PathRewrite.None()))));

        // When
        String chosen = RouteTables.chosen(table, get("h", "/", headers.split("[;=]", -1)));

        // Then
        assertThat(chosen).isEqualTo(matches ? "hit" : "(none)");
    }

    private static HeaderMatcher matcher(String rule) {
        return switch (rule) {
            case "present" -> header(new HeaderMatcher.Rule.Present(true), false, false);
            case "absent" -> header(new HeaderMatcher.Rule.Present(false), false, false);
            case "not-present" -> header(new HeaderMatcher.Rule.Present(true), true, false);
            case "not-absent" -> header(new HeaderMatcher.Rule.Present(false), true, false);
            case "exact" -> value(new StringMatcher.Exact("Abc", false), false, false);
            case "fold" -> value(new StringMatcher.Exact("Abc", true), false, false);
            case "not-exact" -> value(new StringMatcher.Exact("Abc", false), true, false);
            case "not-exact-empty" -> value(new StringMatcher.Exact("Abc", false), true, true);
            case "empty" -> value(new StringMatcher.Exact("", false), false, true);
            case "suffix" -> value(new StringMatcher.Suffix("Abc", false), false, false);
            case "contains" -> value(new StringMatcher.Contains("Abc", false), false, false);
            case "prefix" -> value(new StringMatcher.Prefix("Abc", false), false, false);
            case "regex" ->
                    value(new StringMatcher.Regex(Pattern.compile("A[0-9]+")), false, false);
            case "range" -> header(new HeaderMatcher.Rule.Range(10, 20), false, false);
            case "joined" -> value(new StringMatcher.Exact("a,b", false), false, false);
            case "agent" ->
                    new HeaderMatcher(
                            HeaderName.of("user-agent"),
                            new HeaderMatcher.Rule.Value(new StringMatcher.Exact("a,b", false)),
                            false,
                            false);
            case "host" ->
                    new HeaderMatcher(
                            HeaderName.HOST,
                            new HeaderMatcher.Rule.Value(new StringMatcher.Exact("h", false)),
                            false,
                            false);
            default -> throw new IllegalArgumentException(rule);
        };
    }

    private static HeaderMatcher value(StringMatcher matcher, boolean invert, boolean empty) {
        return header(new HeaderMatcher.Rule.Value(matcher), invert, empty);
    }

    private static HeaderMatcher header(HeaderMatcher.Rule rule, boolean invert, boolean empty) {
        return new HeaderMatcher(HeaderName.of("x-h"), rule, invert, empty);
    }

    @ParameterizedTest
    @CsvSource({
        "/?k=v, true",
        "/?k=v&k=w, true",
        "/?k=w&k=v, false",
        "/?a=b&k=v, true",
        "/?k, false",
        "/?kk=v, false",
        "/?k=v%20, false",
        "/, false",
        "/?a?k=v, false",
        "/?k=v#x, false",
    })
    void matchesQueryParameters(String path, boolean matches) {
        // Given
        var parameter =
                new QueryParameterMatcher(
                        "k",
                        new QueryParameterMatcher.Rule.Value(new StringMatcher.Exact("v", false)));
        var table =
                table(
                        host(
                                "*",
                                route(
                                        match(prefix("/"), List.of(), List.of(parameter), null),
                                        forward(
                                                new ClusterChoice.Named("hit"),
                                                new PathRewrite.None()))));

        // When, Then
        assertThat(RouteTables.chosen(table, get("h", path))).isEqualTo(matches ? "hit" : "(none)");
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, http, , any",
        "ALL, http, , (tls)",
        "ALL, https, , any",
        "ALL, http, true, (tls)",
        "EXTERNAL_ONLY, http, , (tls)",
        "EXTERNAL_ONLY, http, true, any",
        "EXTERNAL_ONLY, https, , any"
    })
    void asksForTls(TlsRequirement tls, String proto, String internal, String chosen) {
        // Given
        HeaderMap head = get("h", "/");
        head.set(HeaderName.of("x-forwarded-proto"), proto);
        if (internal != null) {
            head.set(HeaderName.of("x-envoy-internal"), internal);
        }

        // When, Then
        var table = table(host(List.of("*"), tls, to("any", prefix("/"))));
        assertThat(RouteTables.chosen(table, head)).isEqualTo(chosen);
    }

    @ParameterizedTest
    @CsvSource({
        "application/grpc, true",
        "application/grpc+proto, true",
        "application/grpc-web, false",
        "text/plain, false"
    })
    void recognisesGrpc(String contentType, boolean matches) {
        // Given
        var match =
                new RouteMatch(
                        prefix("/"), List.of(), List.of(), null, true, null, null, List.of());
        var action = forward(new ClusterChoice.Named("hit"), new PathRewrite.None());

        // When
        String chosen =
                RouteTables.chosen(
                        table(host("*", route(match, action))),
                        get("h", "/", "content-type", contentType));

        // Then
        assertThat(chosen).isEqualTo(matches ? "hit" : "(none)");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 24, 25, 99, 100, -1})
    void fractionsAndWeightsFollowTheRandomNumber(long random) {
        // Given
        var weighted =
                new ClusterChoice.Weighted(
                        List.of(weighted("a", 20), weighted("b", 0), weighted("c", 80)),
                        100,
                        null,
                        false);
        var routes =
                CompiledRoutes.compile(
                        table(
                                host(
                                        "*",
                                        route(
                                                match(
                                                        prefix("/"),
                                                        List.of(),
                                                        List.of(),
                                                        new Fraction(25, 100)),
                                                forward(weighted, new PathRewrite.None())),
                                        to("rest", prefix("/")))));

        // When
        String chosen = name(routes.decide(get("h", "/"), random, null));

        // Then
        long at = Long.remainderUnsigned(random, 100);
        assertThat(chosen).isEqualTo(at < 20 ? "a" : at < 25 ? "c" : "rest");
        assertThat(routes.size()).isEqualTo(4);
        assertThat(routes.targets()).extracting(CompiledRoute::key).containsExactly(0, 1, 2, 3);
    }

    private static WeightedCluster weighted(String cluster, int weight) {
        return new WeightedCluster(
                cluster,
                null,
                "",
                weight,
                HeaderMutations.none(),
                FilterOverrides.none(),
                Map.of(),
                List.of());
    }

    @Test
    void aHeaderCanNameTheCluster() {
        // Given
        var choice = new ClusterChoice.FromHeader(HeaderName.of("x-to"));
        var table =
                table(
                        host(
                                "*",
                                route(
                                        match(prefix("/")),
                                        forward(choice, new PathRewrite.None()))));

        // When, Then
        assertThat(RouteTables.chosen(table, get("h", "/", "x-to", "c1", "x-to", "c2")))
                .isEqualTo("c1");
        assertThat(RouteTables.chosen(table, get("h", "/"))).isEmpty();
    }
}
