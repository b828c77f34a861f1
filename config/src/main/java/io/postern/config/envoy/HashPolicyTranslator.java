package io.postern.config.envoy;

import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy.Cookie;
import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy.Header;
import io.postern.config.model.HashPolicy;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.util.ArrayList;
import java.util.List;

/** Translates {@code envoy.config.route.v3.RouteAction.HashPolicy}. */
final class HashPolicyTranslator {
    private final Translation translation;
    private final MatcherTranslator matchers;

    HashPolicyTranslator(Translation translation) {
        this.translation = translation;
        this.matchers = new MatcherTranslator(translation);
    }

    static List<MessageSupport> declared() {
        var policy = "envoy.config.route.v3.RouteAction.HashPolicy";
        return List.of(
                MessageSupport.of(policy)
                        .reads("header", "cookie", "connection_properties", "query_parameter")
                        .reads("terminal")
                        .accepts("no filter puts an object there that has a hash", "filter_state"),
                MessageSupport.of(policy + ".Header").reads("header_name", "regex_rewrite"),
                MessageSupport.of(policy + ".Cookie").reads("name", "ttl", "path", "attributes"),
                MessageSupport.of(policy + ".CookieAttribute").reads("name", "value"),
                MessageSupport.of(policy + ".ConnectionProperties").reads("source_ip"),
                MessageSupport.of(policy + ".QueryParameter").reads("name"));
    }

    List<HashPolicy> translate(
            List<io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy> policies, Spot spot) {
        var translated = new ArrayList<HashPolicy>();
        for (int i = 0; i < policies.size(); i++) {
            var policy = policies.get(i);
            var at = spot.index(i);
            boolean terminal = policy.getTerminal();
            switch (policy.getPolicySpecifierCase()) {
                case HEADER ->
                        translated.add(header(policy.getHeader(), terminal, at.field("header")));
                case COOKIE ->
                        translated.add(cookie(policy.getCookie(), terminal, at.field("cookie")));
                case CONNECTION_PROPERTIES -> {
                    if (policy.getConnectionProperties().getSourceIp()) {
                        translated.add(new HashPolicy.SourceIp(terminal));
                    }
                }
                case QUERY_PARAMETER ->
                        translated.add(
                                new HashPolicy.QueryParameter(
                                        policy.getQueryParameter().getName(), terminal));
                case FILTER_STATE, POLICYSPECIFIER_NOT_SET -> {}
            }
        }
        return translated;
    }

    private HashPolicy header(Header header, boolean terminal, Spot spot) {
        var name = HeaderName.ofRequest(header.getHeaderName());
        if (!header.hasRegexRewrite()) {
            return new HashPolicy.Header(name, null, "", terminal);
        }
        var at = spot.field("regex_rewrite");
        var rewrite = header.getRegexRewrite();
        var pattern = matchers.pattern(rewrite.getPattern(), at.field("pattern"));
        return new HashPolicy.Header(
                name,
                pattern,
                matchers.substitution(rewrite.getSubstitution(), pattern, at),
                terminal);
    }

    private HashPolicy cookie(Cookie cookie, boolean terminal, Spot spot) {
        return new HashPolicy.Cookie(
                cookie.getName(),
                cookie.hasTtl() ? translation.duration(cookie.getTtl(), spot.field("ttl")) : null,
                cookie.getPath(),
                cookie.getAttributesList().stream()
                        .map(attribute -> attribute(attribute.getName(), attribute.getValue()))
                        .toList(),
                terminal);
    }

    /** An attribute of a cookie as it is sent. */
    static String attribute(String name, String value) {
        return value.isEmpty() ? name : name + "=" + value;
    }
}
