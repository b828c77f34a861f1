package io.postern.core.route;

import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.PathRedirect;
import io.postern.core.format.OctetBuffer;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.Arrays;

/**
 * The location header of redirects.
 *
 * <p>Source: {@code envoy.config.route.v3.RedirectAction}. Thread-safe: pure functions.
 */
public final class Locations {
    private static final HeaderName FORWARDED_PROTO = HeaderName.of("x-forwarded-proto");

    private Locations() {}

    /** Writes the address a redirect leads to; a rewritten path is in the head already. */
    public static void write(RouteDecision.Redirect decision, HeaderMap head, OctetBuffer out) {
        RouteAction.Redirect action = decision.action();
        int schemeStart = out.length();
        if (action.scheme() != null) {
            out.appendUtf8(action.scheme());
        } else {
            appendValue(head, HeaderName.SCHEME, out);
        }
        int schemeEnd = out.length();
        out.appendLatin1("://");
        if (action.host() != null) {
            out.appendUtf8(action.host());
        } else {
            appendHost(head, action.port() != 0, out, schemeStart, schemeEnd);
        }
        if (action.port() != 0) {
            out.append(':');
            out.appendDecimal(action.port());
        }
        appendPath(decision, head, out);
    }

    /** Writes the same address with https. */
    public static void writeHttps(HeaderMap head, OctetBuffer out) {
        out.appendLatin1("https://");
        appendValue(head, HeaderName.AUTHORITY, out);
        appendValue(head, HeaderName.PATH, out);
    }

    /** Writes the address that the request itself asked for. */
    public static void writeOwn(HeaderMap head, OctetBuffer out) {
        int schemeStart = out.length();
        appendValue(head, HeaderName.SCHEME, out);
        int schemeEnd = out.length();
        out.appendLatin1("://");
        appendHost(head, false, out, schemeStart, schemeEnd);
        appendValue(head, HeaderName.PATH, out);
    }

    private static void appendPath(
            RouteDecision.Redirect decision, HeaderMap head, OctetBuffer out) {
        int start = out.length();
        boolean ownQuery = false;
        switch (decision.action().path()) {
            case PathRedirect.Keep _, PathRedirect.Rewrite _ ->
                    appendValue(head, HeaderName.PATH, out);
            case PathRedirect.Replace(String path) -> {
                ownQuery = path.indexOf('?') >= 0;
                out.appendUtf8(path);
                if (!ownQuery) {
                    appendQuery(head, out);
                }
            }
        }
        if (out.length() == start || out.array()[start] != '/') {
            out.insert(start, new byte[] {'/'}, 0, 1);
        }
        if (decision.action().stripQuery() && !ownQuery) {
            for (int i = start; i < out.length(); i++) {
                if (out.array()[i] == '?') {
                    out.truncate(i);
                }
            }
        }
    }

    private static void appendQuery(HeaderMap head, OctetBuffer out) {
        int index = head.indexOf(HeaderName.PATH);
        if (index < 0) {
            return;
        }
        int start = head.valueStart(index);
        int length = head.valueLength(index);
        for (int i = 0; i < length; i++) {
            if (head.octets()[start + i] == '?') {
                out.append(head.octets(), start + i, length - i);
                return;
            }
        }
    }

    /** The request's host; its port goes when a new one comes or it is the old scheme's default. */
    private static void appendHost(
            HeaderMap head, boolean newPort, OctetBuffer out, int schemeStart, int schemeEnd) {
        int index = head.indexOf(HeaderName.AUTHORITY);
        if (index < 0) {
            return;
        }
        byte[] octets = head.octets();
        int start = head.valueStart(index);
        int length = head.valueLength(index);
        int host = DomainTable.withoutPort(octets, start, length);
        boolean dropPort = newPort;
        int proto = head.indexOf(FORWARDED_PROTO);
        if (host < length && !newPort && proto >= 0) {
            boolean sameScheme = valueIs(head, proto, out, schemeStart, schemeEnd);
            dropPort =
                    !sameScheme
                            && ((head.valueIs(proto, "https")
                                            && isPort(octets, start + host, length - host, ":443"))
                                    || (head.valueIs(proto, "http")
                                            && isPort(octets, start + host, length - host, ":80")));
        }
        out.append(octets, start, dropPort ? host : length);
    }

    private static boolean valueIs(HeaderMap head, int index, OctetBuffer out, int from, int to) {
        int start = head.valueStart(index);
        return Arrays.equals(
                head.octets(), start, start + head.valueLength(index), out.array(), from, to);
    }

    private static boolean isPort(byte[] octets, int start, int length, String port) {
        if (length != port.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (octets[start + i] != port.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static void appendValue(HeaderMap head, HeaderName name, OctetBuffer out) {
        int index = head.indexOf(name);
        if (index >= 0) {
            out.append(head.octets(), head.valueStart(index), head.valueLength(index));
        }
    }
}
