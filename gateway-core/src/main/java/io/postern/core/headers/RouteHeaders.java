package io.postern.core.headers;

import io.postern.config.model.HeaderMutations;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.HostRewrite;
import io.postern.config.model.RouteAction.PathRedirect;
import io.postern.config.model.RouteAction.PathRewrite;
import io.postern.config.model.RouterOptions;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.format.OctetBuffer;
import io.postern.core.format.StreamView;
import io.postern.core.route.CompiledRoute;
import io.postern.core.route.PathRewriter;
import io.postern.core.route.RegexReplacement;
import io.postern.core.route.RequestPath;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a route does to heads, compiled: header changes of all levels in their order, then the host,
 * then the path. Thread-safe: immutable; the scratch buffer is the caller's.
 *
 * <p>Source: {@code envoy.config.route.v3.RouteAction}; order as in Envoy 1.40.
 */
public final class RouteHeaders {
    private static final byte[] ORIGINAL_PATH =
            "x-envoy-original-path".getBytes(StandardCharsets.US_ASCII);

    private final MutationSet[] request;
    private final MutationSet[] response;
    private final byte[] weightedHost;
    private final HostSource host;
    private final boolean appendForwardedHost;
    private final PathRewriter path;
    private final boolean keepOriginals;

    private RouteHeaders(CompiledRoute route, RouterOptions router, FormatEnvironment environment) {
        this.keepOriginals = !router.suppressHeaders();
        this.request =
                route.mutations().stream()
                        .map(mutations -> requestSet(mutations, environment))
                        .filter(set -> !set.isEmpty())
                        .toArray(MutationSet[]::new);
        this.response =
                route.mutations().stream()
                        .map(mutations -> responseSet(mutations, environment))
                        .filter(set -> !set.isEmpty())
                        .toArray(MutationSet[]::new);
        PathRewrite rewrite = new PathRewrite.None();
        if (route.route().action() instanceof RouteAction.Forward forward) {
            rewrite = forward.pathRewrite();
            weightedHost = octets(route.weighted() == null ? "" : route.weighted().host());
            host = HostSource.of(forward.hostRewrite());
            appendForwardedHost = forward.appendXForwardedHost();
        } else {
            if (route.route().action()
                    instanceof RouteAction.Redirect(_, _, _, PathRedirect.Rewrite(var to), _, _)) {
                rewrite = to;
            }
            weightedHost = octets("");
            host = (_, _) -> null;
            appendForwardedHost = false;
        }
        this.path = PathRewriter.of(rewrite, route.route().match().path());
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Compiles what belongs to a route.
     *
     * @throws IllegalArgumentException for a format with an unknown operator
     */
    public static RouteHeaders compile(
            CompiledRoute route, RouterOptions router, FormatEnvironment environment) {
        return new RouteHeaders(route, router, environment);
    }

    /**
     * Brings a request head into the form that is forwarded; once a request, retries send the same.
     * A host that is taken from the endpoint comes later: {@link RouterHeaders#rewriteHost}.
     */
    public void finalizeRequest(HeaderMap head, StreamView view, OctetBuffer scratch) {
        for (MutationSet set : request) {
            set.apply(head, view, scratch);
        }
        if (weightedHost.length > 0) {
            head.set(HeaderName.AUTHORITY, weightedHost); // without a trace, as in Envoy
        }
        byte[] newHost = host.host(head, scratch);
        if (newHost != null && newHost.length > 0) {
            RouterHeaders.rewriteHost(head, newHost, appendForwardedHost, keepOriginals, scratch);
        }
        if (path.rewrites()) {
            scratch.clear();
            path.write(head, scratch);
            setPath(head, scratch);
        }
    }

    /**
     * Gives a request that is redirected the path that it is told to ask for, when that is a
     * rewritten one: the location and what is logged come from there.
     */
    public void rewriteRedirected(HeaderMap head, OctetBuffer scratch) {
        if (!path.rewrites()) {
            return;
        }
        scratch.clear();
        path.write(head, scratch);
        if (scratch.length() > 0 && scratch.array()[0] != '?') { // an empty path is no rewrite
            setPath(head, scratch);
        }
    }

    /** Makes the header changes of a response, proxied or local. */
    public void finalizeResponse(HeaderMap response, StreamView view, OctetBuffer scratch) {
        for (MutationSet set : this.response) {
            set.apply(response, view, scratch);
        }
    }

    private void setPath(HeaderMap head, OctetBuffer scratch) {
        int index = head.indexOf(HeaderName.PATH);
        if (index < 0) {
            return;
        }
        if (keepOriginals) {
            head.set(
                    ORIGINAL_PATH,
                    0,
                    ORIGINAL_PATH.length,
                    head.octets(),
                    head.valueStart(index),
                    head.valueLength(index));
        }
        head.setValue(head.indexOf(HeaderName.PATH), scratch.array(), 0, scratch.length());
    }

    private static MutationSet requestSet(HeaderMutations from, FormatEnvironment environment) {
        return MutationSet.of(from.requestRemovals(), from.requestAdditions(), environment);
    }

    private static MutationSet responseSet(HeaderMutations from, FormatEnvironment environment) {
        return MutationSet.of(from.responseRemovals(), from.responseAdditions(), environment);
    }

    /** Where the new host comes from; null or empty: it stays. */
    @FunctionalInterface
    private interface HostSource {
        byte @Nullable [] host(HeaderMap head, OctetBuffer scratch);

        static HostSource of(HostRewrite rewrite) {
            return switch (rewrite) {
                case HostRewrite.None _, HostRewrite.Auto _ -> (_, _) -> null;
                case HostRewrite.Literal(String text) -> {
                    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
                    yield (_, _) -> octets;
                }
                case HostRewrite.FromHeader(HeaderName name) ->
                        (head, _) -> {
                            int index = head.indexOf(name);
                            return index < 0 ? null : head.valueOctets(index);
                        };
                case HostRewrite.FromPath(var pattern, String substitution) -> {
                    var replacement = RegexReplacement.of(pattern, substitution);
                    yield (head, scratch) -> fromPath(replacement, head, scratch);
                }
            };
        }

        private static byte @Nullable [] fromPath(
                RegexReplacement replacement, HeaderMap head, OctetBuffer scratch) {
            int index = head.indexOf(HeaderName.PATH);
            if (index < 0) {
                return null;
            }
            scratch.clear();
            int length = RequestPath.length(head);
            replacement.replaceAll(head.octets(), head.valueStart(index), length, scratch);
            return scratch.toOctets();
        }
    }
}
