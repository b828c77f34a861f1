package io.postern.core.route;

import com.google.re2j.Pattern;
import io.postern.config.model.PathMatcher;
import io.postern.config.model.VirtualHost;
import io.postern.config.model.VirtualHost.TlsRequirement;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The routes of one virtual host: the first that matches counts. Thread-safe: immutable. */
final class HostRoutes {
    private static final HeaderName FORWARDED_PROTO = HeaderName.of("x-forwarded-proto");
    private static final HeaderName INTERNAL = HeaderName.of("x-envoy-internal");
    private static final RouteDecision NO_ROUTE = new RouteDecision.NoRoute();

    private final TlsRequirement tlsRequirement;
    private final RouteDecision tlsRequired;
    private final PathIndex paths;
    private final Entry[] entries;
    private final boolean ignoreParameters;

    /** {@code ignoreParameters}: paths count up to their first semicolon. */
    HostRoutes(VirtualHost host, List<RouteChoice> choices, boolean ignoreParameters) {
        this.ignoreParameters = ignoreParameters;
        this.tlsRequirement = host.tlsRequirement();
        this.tlsRequired = new RouteDecision.TlsRequired(host);
        this.entries = new Entry[choices.size()];
        for (int i = 0; i < entries.length; i++) {
            var match = host.routes().get(i).match();
            Condition[] conditions = Condition.of(match).toArray(Condition[]::new);
            entries[i] = new Entry(ownPath(match.path()), conditions, choices.get(i));
        }
        this.paths =
                new PathIndex(host.routes().stream().map(route -> route.match().path()).toList());
    }

    RouteDecision decide(HeaderMap head, long random, @Nullable StreamInfo stream) {
        if (tlsRequirement != TlsRequirement.NONE && needsTls(head)) {
            return tlsRequired;
        }
        int index = head.indexOf(HeaderName.PATH);
        byte[] octets = head.octets();
        int start = index < 0 ? 0 : head.valueStart(index);
        int length = index < 0 ? -1 : RequestPath.length(octets, start, head.valueLength(index));
        if (ignoreParameters) {
            length = RequestPath.lengthWithoutParameters(octets, start, length);
        }
        for (int at = paths.next(octets, start, length, -1);
                at != PathIndex.NONE;
                at = paths.next(octets, start, length, at)) {
            Entry entry = entries[at];
            if (entry.matches(head, random, stream)
                    && entry.path.matches(head, octets, start, length)) {
                return entry.choice.choose(head, random, stream);
            }
        }
        return NO_ROUTE;
    }

    private boolean needsTls(HeaderMap head) {
        int proto = head.indexOf(FORWARDED_PROTO);
        if (proto >= 0 && head.valueIs(proto, "https")) {
            return false;
        }
        int internal = head.indexOf(INTERNAL);
        return tlsRequirement == TlsRequirement.ALL
                || internal < 0
                || !head.valueIs(internal, "true");
    }

    /** What the index cannot tell about a path. */
    private static OwnPath ownPath(PathMatcher path) {
        return switch (path) {
            case PathMatcher.Exact _, PathMatcher.Prefix _, PathMatcher.SeparatedPrefix _ ->
                    (_, _, _, _) -> true;
            case PathMatcher.Regex(Pattern pattern) ->
                    (_, octets, start, length) ->
                            length >= 0
                                    && pattern.matches(
                                            Arrays.copyOfRange(octets, start, start + length));
            case PathMatcher.Connect _ -> (head, _, _, _) -> isConnect(head);
        };
    }

    private static boolean isConnect(HeaderMap head) {
        int method = head.indexOf(HeaderName.METHOD);
        return method >= 0 && head.valueIs(method, "CONNECT");
    }

    @FunctionalInterface
    private interface OwnPath {
        boolean matches(HeaderMap head, byte[] octets, int start, int length);
    }

    private record Entry(OwnPath path, Condition[] conditions, RouteChoice choice) {
        boolean matches(HeaderMap head, long random, @Nullable StreamInfo stream) {
            for (Condition condition : conditions) {
                if (!condition.matches(head, random, stream)) {
                    return false;
                }
            }
            return true;
        }
    }
}
