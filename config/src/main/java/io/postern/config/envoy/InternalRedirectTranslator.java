package io.postern.config.envoy;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.InternalRedirectPolicy;
import io.envoyproxy.envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig;
import io.postern.config.model.InternalRedirects;
import io.postern.config.model.InternalRedirects.Predicate;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Translates {@code envoy.config.route.v3.InternalRedirectPolicy}. */
final class InternalRedirectTranslator {
    private static final String PREDICATES = "envoy.extensions.internal_redirect.";
    private static final String PREVIOUS = PREDICATES + "previous_routes.v3.PreviousRoutesConfig";
    private static final String ALLOWED =
            PREDICATES + "allow_listed_routes.v3.AllowListedRoutesConfig";
    private static final String SAFE = PREDICATES + "safe_cross_scheme.v3.SafeCrossSchemeConfig";
    private static final Set<Integer> POSSIBLE = Set.of(301, 302, 303, 307, 308);
    private static final int FOUND = 302;

    private final Translation translation;

    InternalRedirectTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of("envoy.config.route.v3.InternalRedirectPolicy")
                        .reads(
                                "max_internal_redirects",
                                "redirect_response_codes",
                                "predicates",
                                "allow_cross_scheme_redirect",
                                "response_headers_to_copy"),
                MessageSupport.of(PREVIOUS),
                MessageSupport.of(ALLOWED).reads("allowed_route_names"),
                MessageSupport.of(SAFE));
    }

    InternalRedirects translate(InternalRedirectPolicy policy, Spot spot) {
        var statuses = new HashSet<Integer>();
        for (int i = 0; i < policy.getRedirectResponseCodesCount(); i++) {
            int status = policy.getRedirectResponseCodes(i);
            if (POSSIBLE.contains(status)) {
                statuses.add(status);
            } else {
                translation.warning(
                        spot.field("redirect_response_codes").index(i),
                        status + " is never followed",
                        "301, 302, 303, 307 and 308 can be");
            }
        }
        if (policy.getRedirectResponseCodesCount() == 0) {
            statuses.add(FOUND);
        }
        return new InternalRedirects(
                Translation.number(
                        policy.hasMaxInternalRedirects(), policy.getMaxInternalRedirects(), 1),
                statuses,
                Translation.each(
                        policy.getPredicatesList(),
                        spot.field("predicates"),
                        InternalRedirectTranslator::predicate),
                policy.getAllowCrossSchemeRedirect(),
                policy.getResponseHeadersToCopyList().stream().map(HeaderName::of).toList());
    }

    private static Predicate predicate(TypedExtensionConfig predicate, Spot spot) {
        var any = predicate.getTypedConfig();
        if (Translation.is(any, ALLOWED)) {
            var allowed = Translation.unpack(any, AllowListedRoutesConfig.parser());
            return new Predicate.AllowedRoutes(Set.copyOf(allowed.getAllowedRouteNamesList()));
        }
        return Translation.is(any, SAFE)
                ? new Predicate.SafeCrossScheme()
                : new Predicate.PreviousRoutes();
    }
}
