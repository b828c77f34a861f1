package io.postern.core.headers;

import static io.postern.core.route.RouteTables.match;
import static io.postern.core.route.RouteTables.prefix;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.postern.config.model.FilterOverrides;
import io.postern.config.model.Format;
import io.postern.config.model.HeaderMutations;
import io.postern.config.model.HeaderMutations.Addition;
import io.postern.config.model.HeaderMutations.AppendAction;
import io.postern.config.model.PathMatcher;
import io.postern.config.model.Route;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.ClusterChoice;
import io.postern.config.model.RouteAction.HostRewrite;
import io.postern.config.model.RouteAction.PathRedirect;
import io.postern.config.model.RouteAction.PathRewrite;
import io.postern.config.model.RouteTable;
import io.postern.config.model.RouterOptions;
import io.postern.config.model.VirtualHost;
import io.postern.config.model.VirtualHost.TlsRequirement;
import io.postern.core.format.FixedStream;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.format.OctetBuffer;
import io.postern.core.route.CompiledRoutes;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteHeadersTest {
    private final FixedStream stream = new FixedStream();

    @Test
    void changesHeadersAsEnvoyDoes() {
        // Given
        stream.request =
                HeaderMap.of(
                        ":path",
                        "/",
                        "x-c",
                        "1",
                        "x-c",
                        "2",
                        "x-d",
                        "1",
                        "x-e",
                        "1",
                        "x-e",
                        "2",
                        "x-rem",
                        "1",
                        "user-agent",
                        "ua");
        var mutations =
                new HeaderMutations(
                        List.of(
                                none("x-a", AppendAction.APPEND_IF_EXISTS_OR_ADD, false),
                                none("x-b", AppendAction.APPEND_IF_EXISTS_OR_ADD, true),
                                add("x-c", AppendAction.APPEND_IF_EXISTS_OR_ADD),
                                add("x-d", AppendAction.ADD_IF_ABSENT),
                                add("x-n", AppendAction.ADD_IF_ABSENT),
                                add("x-e", AppendAction.OVERWRITE_IF_EXISTS),
                                add("x-f", AppendAction.OVERWRITE_IF_EXISTS),
                                add("x-g", AppendAction.OVERWRITE_IF_EXISTS_OR_ADD),
                                add("user-agent", AppendAction.APPEND_IF_EXISTS_OR_ADD)),
                        List.of(HeaderName.of("x-rem")),
                        List.of(),
                        List.of());

        // When
        compile(mutations, HeaderMutations.none(), false)
                .finalizeRequest(stream.request, stream, new OctetBuffer());

        // Then
        assertThat(stream.request)
                .hasToString(
                        """
                        :path: /
                        x-c: 1
                        x-c: 2
                        x-d: 1
                        user-agent: ua,new
                        x-e: new
                        x-g: new
                        x-b:\s
                        x-c: new
                        x-n: new
                        """);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void laterLevelsWin(boolean mostSpecificWins) {
        // Given
        var ofRoute = overwrite("route");
        var ofHost = overwrite("host");

        // When
        HeaderMap response = HeaderMap.of(":status", "200");
        compile(ofRoute, ofHost, mostSpecificWins)
                .finalizeResponse(response, stream, new OctetBuffer());

        // Then
        assertThat(response.get(HeaderName.of("x-level")))
                .isEqualTo(mostSpecificWins ? "route" : "host");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prefix:/lit  | /lit/x?q | /new/x?q",
                "prefix:/lit  | /lit     | /new",
                "exact:/lit   | /lit?q   | /new?q",
                "regex:/l.*   | /lit/x?q | /new?q",
            })
    void replacesWhatMatched(String matcher, String path, String rewritten) {
        // Given
        String text = matcher.substring(matcher.indexOf(':') + 1);
        PathMatcher match =
                switch (matcher.charAt(0)) {
                    case 'p' -> new PathMatcher.Prefix(text, true);
                    case 'e' -> new PathMatcher.Exact(text, true);
                    default -> new PathMatcher.Regex(Pattern.compile(text));
                };
        stream.request = HeaderMap.of(":authority", "h", ":path", path);

        // When
        rewriting(match, new PathRewrite.Prefix("/new"), new HostRewrite.None())
                .finalizeRequest(stream.request, stream, new OctetBuffer());

        // Then
        assertThat(stream.request)
                .hasToString(
                        ":authority: h\n:path: "
                                + rewritten
                                + "\nx-envoy-original-path: "
                                + path
                                + "\n");
    }

    @Test
    void aRedirectedRequestHasItsNewPathAndTheOldOneAside() {
        // Given
        var action =
                new RouteAction.Redirect(
                        null,
                        null,
                        0,
                        new PathRedirect.Rewrite(new PathRewrite.Prefix("/new")),
                        301,
                        false);
        var route =
                new Route(
                        "",
                        match(prefix("/old")),
                        action,
                        HeaderMutations.none(),
                        FilterOverrides.none(),
                        Metadata.none());
        stream.request = HeaderMap.of(":path", "/old/x?q");

        // When
        compile(route, HeaderMutations.none(), false)
                .rewriteRedirected(stream.request, new OctetBuffer());

        // Then
        assertThat(stream.request)
                .hasToString(":path: /new/x?q\nx-envoy-original-path: /old/x?q\n");
    }

    @Test
    void replacesByRegularExpression() {
        // Given
        stream.request = HeaderMap.of(":authority", "h", ":path", "/re/axxb?xx");

        // When
        rewriting(
                        prefix("/"),
                        new PathRewrite.Regex(Pattern.compile("(x*)"), "<\\1>"),
                        new HostRewrite.None())
                .finalizeRequest(stream.request, stream, new OctetBuffer());

        // Then
        assertThat(stream.request.get(HeaderName.PATH)).isEqualTo("<>/<>r<>e<>/<>a<xx>b<>?xx");
    }

    @ParameterizedTest
    @CsvSource({"literal, new.host", "header, q", "absent, h:1", "path, abc"})
    void rewritesTheHost(String from, String authority) {
        // Given
        HostRewrite rewrite =
                switch (from) {
                    case "literal" -> new HostRewrite.Literal("new.host");
                    case "header" -> new HostRewrite.FromHeader(HeaderName.of("x-host"));
                    case "absent" -> new HostRewrite.FromHeader(HeaderName.of("x-none"));
                    default -> new HostRewrite.FromPath(Pattern.compile("^/hp/(.+)/.+$"), "\\1");
                };
        stream.request = HeaderMap.of(":authority", "h:1", ":path", "/hp/abc/d?q", "x-host", "q");

        // When
        rewriting(prefix("/"), new PathRewrite.None(), rewrite)
                .finalizeRequest(stream.request, stream, new OctetBuffer());

        // Then
        assertThat(stream.request.get(HeaderName.AUTHORITY)).isEqualTo(authority);
        assertThat(stream.request.contains(HeaderName.of("x-envoy-original-host")))
                .isEqualTo(!authority.equals("h:1"));
    }

    private static Addition add(String name, AppendAction action) {
        return new Addition(
                HeaderName.of(name), Format.literal("new".getBytes(UTF_8)), action, false);
    }

    private static Addition none(String name, AppendAction action, boolean keepEmpty) {
        var missing = new Format(List.of(new Format.Operator("REQ", "x-none", -1)));
        return new Addition(HeaderName.of(name), missing, action, keepEmpty);
    }

    private static HeaderMutations overwrite(String value) {
        var addition =
                new Addition(
                        HeaderName.of("x-level"),
                        Format.literal(value.getBytes(UTF_8)),
                        AppendAction.OVERWRITE_IF_EXISTS_OR_ADD,
                        false);
        return new HeaderMutations(List.of(), List.of(), List.of(addition), List.of());
    }

    private static RouteHeaders rewriting(PathMatcher match, PathRewrite path, HostRewrite host) {
        var action =
                new RouteAction.Forward(
                        new ClusterChoice.Named("c"),
                        503,
                        Duration.ZERO,
                        null,
                        null,
                        path,
                        host,
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
        var route =
                new Route(
                        "",
                        match(match),
                        action,
                        HeaderMutations.none(),
                        FilterOverrides.none(),
                        Metadata.none());
        return compile(route, HeaderMutations.none(), false);
    }

    private static RouteHeaders compile(
            HeaderMutations ofRoute, HeaderMutations ofHost, boolean mostSpecificWins) {
        var route =
                new Route(
                        "",
                        match(prefix("/")),
                        new RouteAction.NonForwarding(),
                        ofRoute,
                        FilterOverrides.none(),
                        Metadata.none());
        return compile(route, ofHost, mostSpecificWins);
    }

    private static RouteHeaders compile(
            Route route, HeaderMutations ofHost, boolean mostSpecificWins) {
        var host =
                new VirtualHost(
                        "v",
                        List.of("*"),
                        List.of(route),
                        TlsRequirement.NONE,
                        ofHost,
                        null,
                        false,
                        false,
                        false,
                        FilterOverrides.none(),
                        Metadata.none());
        var table =
                new RouteTable(
                        "t",
                        List.of(host),
                        HeaderMutations.none(),
                        mostSpecificWins,
                        false,
                        FilterOverrides.none());
        return RouteHeaders.compile(
                CompiledRoutes.compile(table).targets().getFirst(),
                RouterOptions.defaults(),
                new FormatEnvironment("host", _ -> null));
    }
}
