package io.postern.core;

import io.postern.config.model.RouteAction;
import io.postern.core.format.OctetBuffer;
import io.postern.core.headers.Peer;
import io.postern.core.headers.RequestHeaders;
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
    static final LocalReply DROPPED = dropped("drop_overload", "x-envoy-drop-overload");
    static final LocalReply ALL_DROPPED =
            dropped("unconditional_drop_overload", "x-envoy-unconditional-drop-overload");
    private static final HeaderName LOCATION = HeaderName.of("location");
    private static final String DIRECT = "direct_response";
    private static final byte[] NO_BODY = {};
    private static final int CREATED = 201;

    private RouteReplies() {}

    private static LocalReply dropped(String details, String header) {
        return new LocalReply(
                503,
                details,
                octets(details.replace('_', ' ')),
                List.of(new LocalReply.Header(HeaderName.of(header), octets("true"))),
                -1);
    }

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

    static LocalReply refused(Verdict verdict, RequestHeaders rules, HeaderMap head, Peer peer) {
        if (verdict == Verdict.REJECT_WITHOUT_ADDRESS) {
            return LocalReply.of(rules.rejectStatus(head, peer), verdict.details());
        }
        if (verdict != Verdict.REDIRECT_PATH) {
            return LocalReply.of(verdict.status(), verdict.details());
        }
        int path = head.indexOf(HeaderName.PATH);
        byte[] location = path < 0 ? NO_BODY : head.valueOctets(path);
        return withLocation(verdict.status(), verdict.details(), NO_BODY, location);
    }

    static LocalReply redirect(
            RouteDecision.Redirect redirect, HeaderMap head, OctetBuffer scratch) {
        scratch.clear();
        Locations.write(redirect, head, scratch);
        return withLocation(redirect.action().status(), DIRECT, NO_BODY, scratch.toOctets());
    }

    static LocalReply tlsRequired(HeaderMap head, OctetBuffer scratch) {
        scratch.clear();
        Locations.writeHttps(head, scratch);
        return withLocation(301, DIRECT, NO_BODY, scratch.toOctets());
    }

    /** Says where it is in answers that have to: RFC 9110 10.2.2, as Envoy does. */
    static LocalReply direct(
            RouteAction.DirectResponse action, HeaderMap head, OctetBuffer scratch) {
        int status = action.status();
        if (status != CREATED && status / 100 != 3) {
            return LocalReply.of(status, DIRECT, action.body());
        }
        scratch.clear();
        Locations.writeOwn(head, scratch);
        return withLocation(status, DIRECT, action.body(), scratch.toOctets());
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static LocalReply withLocation(
            int status, String details, byte[] body, byte[] location) {
        return new LocalReply(
                status, details, body, List.of(new LocalReply.Header(LOCATION, location)), -1);
    }
}
