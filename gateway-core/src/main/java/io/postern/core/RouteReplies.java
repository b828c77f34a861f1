package io.postern.core;

import io.postern.config.model.RouteAction;
import io.postern.core.format.OctetBuffer;
import io.postern.core.headers.Verdict;
import io.postern.core.route.Locations;
import io.postern.core.route.RouteDecision;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The answers that routing itself gives. Pure functions. */
final class RouteReplies {
    static final LocalReply NO_ROUTE = LocalReply.of(404, "route_not_found");
    static final LocalReply NOT_FORWARDED = LocalReply.of(503, "direct_response");
    static final LocalReply UPGRADE_FAILED = LocalReply.of(403, "upgrade_failed");
    static final LocalReply OVERLOADED = LocalReply.of(503, "overload", octets("envoy overloaded"));
    private static final HeaderName LOCATION = HeaderName.of("location");
    private static final byte[] NO_BODY = {};

    private RouteReplies() {}

    /**
     * What the codec refused: with the reason as text, but without when only its host is missing,
     * as Envoy does it.
     */
    static LocalReply invalid(int status, String details) {
        String text =
                switch (status) {
                    case 403 -> "Forbidden";
                    case 408 -> "request header timeout";
                    case 426 -> "Upgrade Required";
                    case 431 -> "Request Header Fields Too Large";
                    case 501 -> "Not Implemented";
                    default -> details.equals("missing_host_header") ? "" : "Bad Request";
                };
        return LocalReply.of(status, details, octets(text));
    }

    static LocalReply refused(Verdict verdict, HeaderMap head) {
        if (verdict != Verdict.REDIRECT_PATH) {
            return LocalReply.of(verdict.status(), verdict.details());
        }
        int path = head.indexOf(HeaderName.PATH);
        byte[] location = path < 0 ? NO_BODY : head.valueOctets(path);
        return withLocation(verdict.status(), verdict.details(), location);
    }

    static LocalReply redirect(
            RouteDecision.Redirect redirect, HeaderMap head, OctetBuffer scratch) {
        scratch.clear();
        Locations.write(redirect, head, scratch);
        return withLocation(redirect.action().status(), "direct_response", scratch.toOctets());
    }

    static LocalReply tlsRequired(HeaderMap head, OctetBuffer scratch) {
        scratch.clear();
        Locations.writeHttps(head, scratch);
        return withLocation(301, "direct_response", scratch.toOctets());
    }

    static LocalReply direct(RouteAction.DirectResponse action) {
        return LocalReply.of(action.status(), "direct_response", action.body());
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static LocalReply withLocation(int status, String details, byte[] location) {
        return new LocalReply(
                status, details, NO_BODY, List.of(new LocalReply.Header(LOCATION, location)), -1);
    }
}
