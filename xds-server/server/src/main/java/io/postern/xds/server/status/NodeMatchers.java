package io.postern.xds.server.status;

import io.envoyproxy.envoy.type.matcher.v3.NodeMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.postern.xds.server.fleet.NodeIdentity;
import io.postern.xds.server.protocol.StreamException;
import java.util.List;
import java.util.Locale;

/**
 * Which nodes a request is about: any of its matchers, or all nodes if there are none.
 *
 * <p>Source: {@code envoy.type.matcher.v3.NodeMatcher}. Regular expressions and matchers of
 * metadata are refused: a question that is understood by half would be answered with too much.
 */
final class NodeMatchers {
    private NodeMatchers() {}

    static boolean match(List<NodeMatcher> matchers, NodeIdentity node) {
        return matchers.isEmpty() || matchers.stream().anyMatch(one -> matches(one, node));
    }

    private static boolean matches(NodeMatcher matcher, NodeIdentity node) {
        if (matcher.getNodeMetadatasCount() > 0) {
            throw refused("node_metadatas");
        }
        return !matcher.hasNodeId() || matches(matcher.getNodeId(), node.id());
    }

    private static boolean matches(StringMatcher matcher, String id) {
        boolean ignoresCase = matcher.getIgnoreCase();
        String text = folded(id, ignoresCase);
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> text.equals(folded(matcher.getExact(), ignoresCase));
            case PREFIX -> text.startsWith(folded(matcher.getPrefix(), ignoresCase));
            case SUFFIX -> text.endsWith(folded(matcher.getSuffix(), ignoresCase));
            case CONTAINS -> text.contains(folded(matcher.getContains(), ignoresCase));
            case SAFE_REGEX -> throw refused("node_id.safe_regex");
            case CUSTOM -> throw refused("node_id.custom");
            case MATCHPATTERN_NOT_SET -> throw refused("node_id without a pattern");
        };
    }

    private static String folded(String text, boolean ignoresCase) {
        return ignoresCase ? text.toLowerCase(Locale.ROOT) : text;
    }

    private static StreamException refused(String what) {
        return new StreamException(
                StreamException.Reason.INVALID_ARGUMENT,
                "node_matchers: " + what + " (expected: node_id exact, prefix, suffix, contains)");
    }
}
