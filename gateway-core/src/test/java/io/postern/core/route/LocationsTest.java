package io.postern.core.route;

import static io.postern.core.route.RouteTables.get;
import static io.postern.core.route.RouteTables.host;
import static io.postern.core.route.RouteTables.match;
import static io.postern.core.route.RouteTables.prefix;
import static io.postern.core.route.RouteTables.route;
import static io.postern.core.route.RouteTables.table;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.PathRedirect;
import io.postern.config.model.RouteAction.PathRewrite;
import io.postern.config.model.RouterOptions;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.format.OctetBuffer;
import io.postern.core.headers.RouteHeaders;
import io.postern.sdk.HeaderMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocationsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // scheme, host, port, path, strip | authority, path | location
                "https | - | 0 | keep | false | h.com | /old/x?q=1 | https://h.com/old/x?q=1",
                "https | - | 0 | keep | false | h.com:80 | /old | https://h.com/old",
                "https | - | 0 | keep | false | h.com:8080 | /old | https://h.com:8080/old",
                "https | - | 8443 | keep | false | h.com:80 | /old | https://h.com:8443/old",
                "-     | - | 0 | keep | false | h.com:80 | /old | http://h.com:80/old",
                "-     | new.com | 0 | keep | false | h.com:80 | /old | http://new.com/old",
                "-     | new.com:9 | 7 | keep | false | h.com | /old | http://new.com:9:7/old",
                "-     | - | 0 | replace:/new | false | h.com | /old?q | http://h.com/new?q",
                "-     | - | 0 | replace:/new?x | false | h.com | /old?q | http://h.com/new?x",
                "-     | - | 0 | replace:/new?x | true | h.com | /old?q | http://h.com/new?x",
                "-     | - | 0 | replace:/new | true | h.com | /old?q | http://h.com/new",
                "-     | - | 0 | prefix:/new | false | h.com | /old/x?q | http://h.com/new/x?q",
                "-     | - | 0 | prefix:new | false | h.com | /old/x?q | http://h.com/new/x?q",
                "-     | - | 0 | prefix:/new | true | h.com | /old/x?q | http://h.com/new/x",
                "-     | - | 0 | regex:/n\\1 | false | h.com | /old/x?q | http://h.com/n/x?q",
                "-     | - | 0 | empty: | false | h.com | /old/x?q | http://h.com/old/x?q",
                "https | - | 0 | keep | false | [::1]:80 | /old | https://[::1]/old",
                "https | - | 0 | keep | false | [::1] | /old | https://[::1]/old",
            })
    void leadsTo(
            @Nullable String scheme,
            @Nullable String newHost,
            int port,
            String path,
            boolean strip,
            String authority,
            String oldPath,
            String location) {
        // Given
        var action = new RouteAction.Redirect(scheme, newHost, port, path(path), 301, strip);
        var routes = CompiledRoutes.compile(table(host("*", route(match(prefix("/old")), action))));
        HeaderMap head = get(authority, oldPath);
        var decision = (RouteDecision.Redirect) routes.decide(head, 0, null);
        var out = new OctetBuffer();
        RouteHeaders.compile(
                        decision.route(),
                        RouterOptions.defaults(),
                        new FormatEnvironment("host", _ -> null))
                .rewriteRedirected(head, out);
        out.clear();

        // When
        Locations.write(decision, head, out);

        // Then
        assertThat(out).hasToString(location);
    }

    private static PathRedirect path(String text) {
        String[] parts = text.split(":", 2);
        return switch (parts[0]) {
            case "keep" -> new PathRedirect.Keep();
            case "replace" -> new PathRedirect.Replace(parts[1]);
            case "prefix" -> new PathRedirect.Rewrite(new PathRewrite.Prefix(parts[1]));
            case "empty" ->
                    new PathRedirect.Rewrite(new PathRewrite.Regex(Pattern.compile(".*"), ""));
            default ->
                    new PathRedirect.Rewrite(
                            new PathRewrite.Regex(Pattern.compile("/old(.*)"), parts[1]));
        };
    }
}
