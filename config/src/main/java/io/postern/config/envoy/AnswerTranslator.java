package io.postern.config.envoy;

import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.PathRedirect;
import io.postern.config.model.RouteAction.PathRewrite;
import io.postern.config.source.Spot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates the routes that answer by themselves: redirects and direct responses. */
final class AnswerTranslator {
    private final Translation translation;
    private final MatcherTranslator matchers;
    private final CommonTranslator common;

    AnswerTranslator(Translation translation) {
        this.translation = translation;
        this.matchers = new MatcherTranslator(translation);
        this.common = new CommonTranslator(translation);
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of("envoy.config.route.v3.DirectResponseAction")
                        .reads("status", "body"),
                MessageSupport.of("envoy.config.route.v3.RedirectAction")
                        .reads(
                                "https_redirect",
                                "scheme_redirect",
                                "host_redirect",
                                "port_redirect",
                                "path_redirect",
                                "prefix_rewrite",
                                "regex_rewrite",
                                "response_code",
                                "strip_query"));
    }

    RouteAction redirect(RedirectAction redirect, Spot spot) {
        int port = redirect.getPortRedirect();
        if (port < 0 || port > 65_535) {
            translation.error(
                    spot.field("port_redirect"), "port out of range (expected: 0 to 65535)");
        }
        var host = redirect.getHostRedirect();
        return new RouteAction.Redirect(
                scheme(redirect),
                host.isEmpty() ? null : host,
                port,
                path(redirect, spot),
                status(redirect),
                redirect.getStripQuery());
    }

    private static @Nullable String scheme(RedirectAction redirect) {
        return switch (redirect.getSchemeRewriteSpecifierCase()) {
            case HTTPS_REDIRECT -> redirect.getHttpsRedirect() ? "https" : null;
            case SCHEME_REDIRECT ->
                    redirect.getSchemeRedirect().isEmpty() ? null : redirect.getSchemeRedirect();
            case SCHEMEREWRITESPECIFIER_NOT_SET -> null;
        };
    }

    private PathRedirect path(RedirectAction redirect, Spot spot) {
        return switch (redirect.getPathRewriteSpecifierCase()) {
            case PATH_REDIRECT ->
                    redirect.getPathRedirect().isEmpty()
                            ? new PathRedirect.Keep()
                            : new PathRedirect.Replace(redirect.getPathRedirect());
            case PREFIX_REWRITE ->
                    new PathRedirect.Rewrite(new PathRewrite.Prefix(redirect.getPrefixRewrite()));
            case REGEX_REWRITE -> {
                var at = spot.field("regex_rewrite");
                var regex = redirect.getRegexRewrite();
                var pattern = matchers.pattern(regex.getPattern(), at.field("pattern"));
                var text = matchers.substitution(regex.getSubstitution(), pattern, at);
                yield new PathRedirect.Rewrite(new PathRewrite.Regex(pattern, text));
            }
            case PATHREWRITESPECIFIER_NOT_SET -> new PathRedirect.Keep();
        };
    }

    private static int status(RedirectAction redirect) {
        return switch (redirect.getResponseCode()) {
            case MOVED_PERMANENTLY, UNRECOGNIZED -> 301;
            case FOUND -> 302;
            case SEE_OTHER -> 303;
            case TEMPORARY_REDIRECT -> 307;
            case PERMANENT_REDIRECT -> 308;
        };
    }

    /**
     * @param maxBodyBytes max_direct_response_body_size_bytes of the route table
     */
    RouteAction directResponse(DirectResponseAction response, int maxBodyBytes, Spot spot) {
        var at = spot.field("body");
        var body =
                response.hasBody()
                        ? common.bytes(common.dataSource(response.getBody(), at), at)
                        : new byte[0];
        if (body.length > maxBodyBytes) {
            translation.error(
                    at,
                    "a body of " + body.length + " bytes (expected: at most " + maxBodyBytes + ")",
                    "raise max_direct_response_body_size_bytes of the route configuration");
        }
        return new RouteAction.DirectResponse(response.getStatus(), body);
    }
}
