package io.postern.core.route;

import com.google.re2j.Pattern;
import io.postern.config.model.PathMatcher;
import io.postern.config.model.RouteAction.PathRewrite;
import io.postern.core.format.OctetBuffer;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes the new path of a request: the matched part, or what a regular expression matches, is
 * replaced; query and fragment stay. Thread-safe: immutable.
 */
public final class PathRewriter {
    private static final int WHOLE_PATH = -1;

    private final boolean rewrites;
    private final byte[] replacement;
    private final int matchedLength;
    private final @Nullable RegexReplacement regex;

    private PathRewriter(
            boolean rewrites,
            byte[] replacement,
            int matchedLength,
            @Nullable RegexReplacement regex) {
        this.rewrites = rewrites;
        this.replacement = replacement;
        this.matchedLength = matchedLength;
        this.regex = regex;
    }

    /** The rewriter of a route whose path matched as {@code matched}. */
    public static PathRewriter of(PathRewrite rewrite, PathMatcher matched) {
        return switch (rewrite) {
            case PathRewrite.None _ -> new PathRewriter(false, new byte[0], 0, null);
            case PathRewrite.Prefix(String text) ->
                    new PathRewriter(!text.isEmpty(), utf8(text), matchedLength(matched), null);
            case PathRewrite.Regex(Pattern pattern, String substitution) ->
                    new PathRewriter(
                            true,
                            new byte[0],
                            WHOLE_PATH,
                            RegexReplacement.of(pattern, substitution));
        };
    }

    /** Whether there is anything to do. */
    public boolean rewrites() {
        return rewrites;
    }

    /** Appends the new path, or the old one when there is nothing to do. */
    public void write(HeaderMap head, OctetBuffer out) {
        int index = head.indexOf(HeaderName.PATH);
        if (index < 0) {
            return;
        }
        byte[] octets = head.octets();
        int start = head.valueStart(index);
        int length = head.valueLength(index);
        int path = RequestPath.length(octets, start, length);
        int replaced = 0;
        if (regex != null) {
            regex.replaceAll(octets, start, path, out);
            replaced = path;
        } else if (rewrites) {
            out.append(replacement);
            replaced = matchedLength == WHOLE_PATH ? path : Math.min(matchedLength, length);
        }
        out.append(octets, start + replaced, length - replaced);
    }

    private static int matchedLength(PathMatcher matched) {
        return switch (matched) {
            case PathMatcher.Exact(String path, _) -> utf8(path).length;
            case PathMatcher.Prefix(String prefix, _) -> utf8(prefix).length;
            case PathMatcher.SeparatedPrefix(String prefix, _) -> utf8(prefix).length;
            case PathMatcher.Regex _, PathMatcher.Connect _ -> WHOLE_PATH;
        };
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
