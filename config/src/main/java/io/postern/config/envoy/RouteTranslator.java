package io.postern.config.envoy;

import io.postern.config.envoy.TriesTranslator.Outer;
import io.postern.config.model.FilterOverrides;
import io.postern.config.model.PathMatcher;
import io.postern.config.model.Route;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteMatch;
import io.postern.config.source.Spot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates {@code envoy.config.route.v3.Route} and its match. */
final class RouteTranslator {
    private final Translation translation;
    private final RouteScope scope;
    private final int maxBodyBytes;
    private final MatcherTranslator matchers;
    private final HeaderMutationsTranslator headers;
    private final ForwardTranslator forwards;
    private final AnswerTranslator answers;
    private final UriTemplateTranslator templates;
    private final Outer outer;

    /** {@code outer}: what the virtual host says for its routes. */
    RouteTranslator(Translation translation, RouteScope scope, int maxBodyBytes, Outer outer) {
        this.outer = outer;
        this.translation = translation;
        this.scope = scope;
        this.maxBodyBytes = maxBodyBytes;
        this.matchers = new MatcherTranslator(translation);
        this.headers = new HeaderMutationsTranslator(translation);
        this.forwards = new ForwardTranslator(translation, scope);
        this.answers = new AnswerTranslator(translation);
        this.templates = new UriTemplateTranslator(translation);
    }

    static List<MessageSupport> declared() {
        var route = "envoy.config.route.v3.";
        return List.of(
                MessageSupport.of(route + "Route")
                        .reads(
                                "name",
                                "match",
                                "route",
                                "redirect",
                                "direct_response",
                                "non_forwarding_action",
                                "typed_per_filter_config",
                                "request_body_buffer_limit",
                                "per_request_buffer_limit_bytes")
                        .reads(HeaderMutationsTranslator.FIELDS)
                        .opaque("metadata")
                        .accepts("there is no tracing yet", "decorator", "tracing")
                        .accepts("there are no statistics of routes yet", "stat_prefix"),
                MessageSupport.of(route + "NonForwardingAction"),
                MessageSupport.of(route + "RouteMatch")
                        .reads(
                                "prefix",
                                "path",
                                "safe_regex",
                                "connect_matcher",
                                "path_separated_prefix",
                                "case_sensitive",
                                "runtime_fraction",
                                "headers",
                                "query_parameters",
                                "grpc",
                                "tls_context",
                                "dynamic_metadata",
                                "path_match_policy"),
                MessageSupport.of(route + "RouteMatch.ConnectMatcher"),
                MessageSupport.of(route + "RouteMatch.GrpcRouteMatchOptions"),
                MessageSupport.of(route + "RouteMatch.TlsContextMatchOptions")
                        .reads("presented", "validated"));
    }

    Route translate(io.envoyproxy.envoy.config.route.v3.Route route, Spot spot) {
        var template = templates.matched(route.getMatch(), spot.field("match"));
        return new Route(
                route.getName(),
                match(route.getMatch(), template, spot.field("match")),
                action(route, template, spot),
                headers.translate(
                        route.getRequestHeadersToAddList(),
                        route.getRequestHeadersToRemoveList(),
                        route.getResponseHeadersToAddList(),
                        route.getResponseHeadersToRemoveList(),
                        spot),
                overrides(route, spot),
                MetadataTranslator.translate(route.getMetadata()));
    }

    @SuppressWarnings("deprecation") // Envoy still takes route.cors
    private FilterOverrides overrides(io.envoyproxy.envoy.config.route.v3.Route route, Spot spot) {
        var action = route.getRoute();
        return scope.overrides(
                route.getTypedPerFilterConfigMap(),
                action.hasCors() ? action.getCors() : null,
                spot);
    }

    private RouteAction action(
            io.envoyproxy.envoy.config.route.v3.Route route,
            @Nullable UriTemplate template,
            Spot spot) {
        return switch (route.getActionCase()) {
            case ROUTE -> {
                var tries = new TriesTranslator(translation).ofRoute(route, outer.tries(), spot);
                yield forwards.translate(
                        route.getRoute(),
                        template,
                        new Outer(tries, outer.mirrors()),
                        spot.field("route"));
            }
            case REDIRECT -> answers.redirect(route.getRedirect(), spot.field("redirect"));
            case DIRECT_RESPONSE ->
                    answers.directResponse(
                            route.getDirectResponse(), maxBodyBytes, spot.field("direct_response"));
            case NON_FORWARDING_ACTION, FILTER_ACTION, ACTION_NOT_SET ->
                    new RouteAction.NonForwarding();
        };
    }

    private RouteMatch match(
            io.envoyproxy.envoy.config.route.v3.RouteMatch match,
            @Nullable UriTemplate template,
            Spot spot) {
        return new RouteMatch(
                template == null ? path(match, spot) : new PathMatcher.Regex(template.pattern()),
                matchers.headers(match.getHeadersList(), spot.field("headers")),
                Translation.each(
                        match.getQueryParametersList(),
                        spot.field("query_parameters"),
                        matchers::queryParameter),
                match.hasRuntimeFraction()
                        ? new RuntimeReader(translation)
                                .fraction(
                                        match.getRuntimeFraction(), spot.field("runtime_fraction"))
                        : null,
                match.hasGrpc(),
                presented(match),
                validated(match),
                Translation.each(
                        match.getDynamicMetadataList(),
                        spot.field("dynamic_metadata"),
                        new MetadataMatcherTranslator(matchers)::translate));
    }

    private static @Nullable Boolean presented(
            io.envoyproxy.envoy.config.route.v3.RouteMatch match) {
        return match.getTlsContext().hasPresented()
                ? (Boolean) match.getTlsContext().getPresented().getValue()
                : null;
    }

    private static @Nullable Boolean validated(
            io.envoyproxy.envoy.config.route.v3.RouteMatch match) {
        return match.getTlsContext().hasValidated()
                ? (Boolean) match.getTlsContext().getValidated().getValue()
                : null;
    }

    private PathMatcher path(io.envoyproxy.envoy.config.route.v3.RouteMatch match, Spot spot) {
        boolean caseSensitive = !match.hasCaseSensitive() || match.getCaseSensitive().getValue();
        return switch (match.getPathSpecifierCase()) {
            case PREFIX -> new PathMatcher.Prefix(match.getPrefix(), caseSensitive);
            case PATH -> {
                if (match.getPath().indexOf('?') >= 0 || match.getPath().indexOf('#') >= 0) {
                    translation.warning(
                            spot.field("path"),
                            "a path is compared without its query string: this never matches",
                            "use query_parameters");
                }
                yield new PathMatcher.Exact(match.getPath(), caseSensitive);
            }
            case PATH_SEPARATED_PREFIX ->
                    new PathMatcher.SeparatedPrefix(match.getPathSeparatedPrefix(), caseSensitive);
            case SAFE_REGEX ->
                    new PathMatcher.Regex(
                            matchers.pattern(match.getSafeRegex(), spot.field("safe_regex")));
            case CONNECT_MATCHER -> new PathMatcher.Connect();
            case PATH_MATCH_POLICY, PATHSPECIFIER_NOT_SET -> new PathMatcher.Prefix("/", true);
        };
    }
}
