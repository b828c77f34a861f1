package io.postern.core;

import io.postern.config.model.InternalRedirects;
import io.postern.config.model.InternalRedirects.Predicate;
import io.postern.core.http.Authority;
import io.postern.core.route.CompiledRoute;
import io.postern.core.route.RouteDecision;
import io.postern.core.runtime.WorkerLoop;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows redirects of upstreams: the request goes to the route of its new address, or, where the
 * policy does not allow that, the answer goes to the client.
 *
 * <p>Source: Envoy's router, {@code convertRequestHeadersForInternalRedirect}. Confined to the
 * worker's event loop.
 */
final class Redirects {
    private static final HeaderName LOCATION = HeaderName.of("location");
    private static final HeaderName ORIGINAL_URL = HeaderName.of("x-envoy-original-url");
    private static final int SEE_OTHER = 303;

    private final WorkerLoop worker;
    private final FlowParts parts;

    /** Where a redirect leads. */
    private record Target(String scheme, String authority, String path) {}

    Redirects(WorkerLoop worker, FlowParts parts) {
        this.worker = worker;
        this.parts = parts;
    }

    /** Whether the request goes on elsewhere; false: its head is as it was. */
    boolean follow(
            Exchange exchange, RequestBody body, HeaderMap answer, InternalRedirects policy) {
        String location = answer.get(LOCATION);
        Target target = location == null ? null : parse(location);
        HeaderMap head = exchange.requestHeaders();
        if (target == null
                || !body.isWhole()
                || taken(exchange).count() >= policy.most()
                || (!policy.crossScheme() && !target.scheme().equals(scheme(exchange, head)))) {
            return false;
        }
        boolean safe = target.scheme().equals("http") || !scheme(exchange, head).equals("http");
        HeaderMap before = new HeaderMap(head.octetCount());
        before.copyFrom(head);
        change(head, answer, target, policy);
        RouteDecision decision = decide(exchange, head);
        exchange.info.routed(decision);
        if (!isRouteAllowed(exchange, decision, policy, safe)) {
            head.copyFrom(before);
            return false;
        }
        taken(exchange).took();
        exchange.decision = decision;
        head.set(ORIGINAL_URL, url(exchange, before));
        restart(exchange, body, answer);
        return true;
    }

    private void restart(Exchange exchange, RequestBody body, HeaderMap answer) {
        exchange.responseHead = answer;
        exchange.info.status = Status.of(answer);
        boolean noted = !exchange.info.dynamicMetadata().namespaces().isEmpty();
        exchange.flow.redirected(exchange);
        HeaderMap head = exchange.requestHeaders();
        if (noted) {
            // What filters have noted is left behind: they see the new request, too.
            RouteDecision decision = decide(exchange, head);
            exchange.decision = decision;
            exchange.info.routed(decision);
        }
        int method = head.indexOf(HeaderName.METHOD);
        if (Status.of(answer) == SEE_OTHER
                && !head.valueIs(method, "GET")
                && !head.valueIs(method, "HEAD")) {
            // RFC 9110 15.4.4
            head.set(HeaderName.METHOD, "GET");
            head.remove(HeaderName.CONTENT_LENGTH);
            exchange.requestTrailers = null;
            exchange.restart(null);
        } else {
            exchange.restart(body.takeAll());
        }
    }

    private static RedirectsTaken taken(Exchange exchange) {
        RedirectsTaken taken = exchange.redirects;
        if (taken == null) {
            taken = new RedirectsTaken();
            exchange.redirects = taken;
        }
        return taken;
    }

    private static void change(
            HeaderMap head, HeaderMap answer, Target target, InternalRedirects policy) {
        for (HeaderName name : policy.headersToCopy()) {
            head.remove(name);
            for (int i = answer.indexOf(name); i >= 0; i = answer.indexOf(name, i + 1)) {
                head.add(name, answer.valueOctets(i));
            }
        }
        head.set(HeaderName.SCHEME, target.scheme());
        head.set(HeaderName.AUTHORITY, target.authority());
        head.set(HeaderName.PATH, target.path());
    }

    private RouteDecision decide(Exchange exchange, HeaderMap head) {
        return parts.routes().decide(head, worker.random().nextLong(), exchange.info);
    }

    private static boolean isRouteAllowed(
            Exchange exchange, RouteDecision decision, InternalRedirects policy, boolean safe) {
        CompiledRoute from = exchange.route();
        CompiledRoute to = decision.target();
        if (from == null || decision instanceof RouteDecision.NoRoute) {
            return false;
        }
        String name = to == null ? "" : to.route().name();
        for (Predicate predicate : policy.predicates()) {
            boolean accepts =
                    switch (predicate) {
                        case Predicate.SafeCrossScheme() -> safe;
                        case Predicate.AllowedRoutes(Set<String> names) -> names.contains(name);
                        case Predicate.PreviousRoutes() ->
                                taken(exchange).isFirst(from.route().name(), name);
                    };
            if (!accepts) {
                return false;
            }
        }
        return true;
    }

    private static String url(Exchange exchange, HeaderMap head) {
        return scheme(exchange, head)
                + "://"
                + text(head, HeaderName.AUTHORITY)
                + text(head, HeaderName.PATH);
    }

    private static String scheme(Exchange exchange, HeaderMap head) {
        String scheme = head.get(HeaderName.SCHEME);
        return scheme != null
                ? scheme
                : exchange.client.connection().tls() == null ? "http" : "https";
    }

    // An absolute URL of http or https; its fragment is the client's business.
    private static @Nullable Target parse(String location) {
        String lower = location.regionMatches(true, 0, "https://", 0, 8) ? "https" : "http";
        int start = lower.length() + 3;
        if (!location.regionMatches(true, 0, lower + "://", 0, start)) {
            return null;
        }
        int end = start;
        while (end < location.length() && "/?#".indexOf(location.charAt(end)) < 0) {
            end++;
        }
        int fragment = location.indexOf('#', end);
        String path = location.substring(end, fragment < 0 ? location.length() : fragment);
        String authority = location.substring(start, end);
        byte[] octets = authority.getBytes(StandardCharsets.ISO_8859_1);
        if (!Authority.isOfUrl(octets, 0, octets.length) || !isVisible(location)) {
            return null;
        }
        return new Target(lower, authority, path.startsWith("/") ? path : "/" + path);
    }

    // Nothing else may get into a request line.
    private static boolean isVisible(String location) {
        for (int i = 0; i < location.length(); i++) {
            if (location.charAt(i) <= ' ' || location.charAt(i) >= 0x7F) {
                return false;
            }
        }
        return true;
    }

    private static String text(HeaderMap head, HeaderName name) {
        int at = head.indexOf(name);
        return at < 0 ? "" : new String(head.valueOctets(at), StandardCharsets.ISO_8859_1);
    }
}
