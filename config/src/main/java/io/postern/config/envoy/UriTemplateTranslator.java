package io.postern.config.envoy;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig;
import io.postern.config.model.RouteAction.PathRewrite;
import io.postern.config.source.Spot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates {@code path_match_policy} and {@code path_rewrite_policy}. */
final class UriTemplateTranslator {
    private static final String MATCH =
            "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";
    private static final String REWRITE =
            "envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig";
    private static final UriTemplate NEVER =
            new UriTemplate(Pattern.compile("[^\\x00-\\x{10FFFF}]"), List.of());

    private final Translation translation;

    UriTemplateTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(MATCH).reads("path_template"),
                MessageSupport.of(REWRITE).reads("path_template_rewrite"));
    }

    /** Null: paths are matched otherwise. */
    @Nullable UriTemplate matched(RouteMatch match, Spot spot) {
        if (!match.hasPathMatchPolicy()) {
            return null;
        }
        TypedExtensionConfig policy = match.getPathMatchPolicy();
        if (!Translation.is(policy.getTypedConfig(), MATCH)) {
            return NEVER; // refused before
        }
        var config = Translation.unpack(policy.getTypedConfig(), UriTemplateMatchConfig.parser());
        try {
            return UriTemplate.of(config.getPathTemplate());
        } catch (UriTemplate.Invalid e) {
            translation.error(
                    at(spot, "path_match_policy", "path_template"),
                    "not a path template: " + e.getMessage(),
                    "like /users/{id}/*/{rest=**}");
            return NEVER;
        }
    }

    /**
     * The rewrite of an action that has a path_rewrite_policy.
     *
     * @param matched null: its route matches paths otherwise
     */
    PathRewrite rewrite(RouteAction action, @Nullable UriTemplate matched, Spot spot) {
        TypedExtensionConfig policy = action.getPathRewritePolicy();
        if (matched == null) {
            translation.error(
                    spot.field("path_rewrite_policy"),
                    "path_rewrite_policy in a route without path_match_policy",
                    "match with a path template, or use regex_rewrite");
            return new PathRewrite.None();
        }
        if (!Translation.is(policy.getTypedConfig(), REWRITE)) {
            return new PathRewrite.None(); // refused before
        }
        var config = Translation.unpack(policy.getTypedConfig(), UriTemplateRewriteConfig.parser());
        try {
            return new PathRewrite.Regex(
                    matched.pattern(), matched.substitution(config.getPathTemplateRewrite()));
        } catch (UriTemplate.Invalid e) {
            translation.error(
                    at(spot, "path_rewrite_policy", "path_template_rewrite"),
                    "not a rewrite of the route's path template: " + e.getMessage(),
                    "like /accounts/{id}");
            return new PathRewrite.None();
        }
    }

    private static Spot at(Spot spot, String policy, String field) {
        return spot.field(policy).field("typed_config").field(field);
    }
}
