package io.postern.xds.resources.envoy;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.postern.xds.resources.document.Tree;

/**
 * Another path for a request or a redirect.
 *
 * <p>Source: Gateway API, HTTPPathModifier with its table of slashes; Envoy's {@code
 * prefix_rewrite} only replaces octets.
 */
sealed interface PathRewrite {
    /** Everything before the query. */
    record Whole(String path) implements PathRewrite {}

    /** The matched prefix, which ends with a segment. */
    record Prefix(String replacement) implements PathRewrite {}

    /** What a regular expression matches. */
    record Regex(String regex, String replacement) implements PathRewrite {}

    /** What {@code modifier} asks for, of a request that matched {@code prefix}. */
    static PathRewrite of(Tree modifier, String prefix) {
        if (modifier.text("type").equals("ReplaceFullPath")) {
            var path = modifier.text("replaceFullPath");
            return new Whole(path.isEmpty() ? "/" : path);
        }
        var replacement = RouteMatches.withoutSlash(modifier.text("replacePrefixMatch"));
        var matched = RouteMatches.withoutSlash(prefix);
        if (matched.isEmpty()) {
            return new Prefix(replacement + "/");
        }
        return replacement.isEmpty()
                ? new Regex("^" + Pattern.quote(matched) + "/*", "/")
                : new Prefix(replacement);
    }

    /** Puts it into a route. */
    default void apply(RouteAction.Builder action) {
        switch (this) {
            case Whole(var path) -> action.setRegexRewrite(regex("^/.*$", path));
            case Prefix(var replacement) -> action.setPrefixRewrite(replacement);
            case Regex(var regex, var replacement) ->
                    action.setRegexRewrite(regex(regex, replacement));
        }
    }

    /** Puts it into a redirect. */
    default void apply(RedirectAction.Builder redirect) {
        switch (this) {
            case Whole(var path) -> redirect.setPathRedirect(path);
            case Prefix(var replacement) -> redirect.setPrefixRewrite(replacement);
            case Regex(var regex, var replacement) ->
                    redirect.setRegexRewrite(regex(regex, replacement));
        }
    }

    private static RegexMatchAndSubstitute regex(String regex, String replacement) {
        return RegexMatchAndSubstitute.newBuilder()
                .setPattern(Protos.regex(regex))
                .setSubstitution(replacement.replace("\\", "\\\\"))
                .build();
    }
}
