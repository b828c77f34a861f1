package io.postern.core.http;

import static io.postern.core.http.Octets.ascii;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import io.postern.config.model.HttpConnectionManager.UnderscoreAction;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Header lists between Netty's HTTP/2 codec and {@link HeaderMap}. What HTTP/2 forbids (RFC 9113
 * section 8.2.2) is left out when sending. Confined to one worker.
 */
final class Http2HeaderLists {
    private static final HeaderName HOST = HeaderName.HOST;
    private static final byte[] COOKIE = ascii("cookie");
    private static final byte[] CONNECTION = ascii("connection");
    private static final byte[] KEEP_ALIVE = ascii("keep-alive");
    private static final byte[] UPGRADE = ascii("upgrade");
    private static final byte[] HOST_OCTETS = ascii("host");
    private static final byte[] TE = ascii("te");
    private static final byte[] PROXY_CONNECTION = ascii("proxy-connection");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");

    private final OctetCache cache = new OctetCache();

    /** A list that does not change with {@code map}; pseudo-headers come first. */
    Http2Headers request(HeaderMap map) {
        // Not clientHeaders: CONNECT has no path, and a request may come without an authority.
        return ReadOnlyHttp2Headers.trailers(false, lines(map, true));
    }

    Http2Headers response(HeaderMap map) {
        return ReadOnlyHttp2Headers.serverHeaders(
                false, value(map, map.indexOf(HeaderName.STATUS)), lines(map, false));
    }

    Http2Headers trailers(HeaderMap map) {
        return ReadOnlyHttp2Headers.trailers(false, lines(map, false));
    }

    private AsciiString value(HeaderMap map, int index) {
        return cache.get(map.octets(), map.valueStart(index), map.valueLength(index));
    }

    private AsciiString[] lines(HeaderMap map, boolean withPseudo) {
        var lines = new AsciiString[2 * map.size()];
        int at = withPseudo ? copy(map, true, lines, 0) : 0;
        at = copy(map, false, lines, at);
        return at == lines.length ? lines : Arrays.copyOf(lines, at);
    }

    private int copy(HeaderMap map, boolean pseudo, AsciiString[] lines, int from) {
        int at = from;
        for (int i = 0; i < map.size(); i++) {
            int length = map.nameLength(i);
            if (length == 0) {
                continue;
            }
            boolean isPseudo = map.octets()[map.nameStart(i)] == ':';
            if (isPseudo ? pseudo : !pseudo && isSent(map, i)) {
                lines[at++] = cache.get(map.octets(), map.nameStart(i), length);
                lines[at++] = value(map, i);
            }
        }
        return at;
    }

    private static boolean isSent(HeaderMap map, int index) {
        byte[] a = map.octets();
        int at = map.nameStart(index);
        int length = map.nameLength(index);
        return switch (length) {
            case 2 -> !Octets.same(a, at, length, TE) || map.valueIsIgnoreCase(index, "trailers");
            case 4 -> !Octets.same(a, at, length, HOST_OCTETS);
            case 7 -> !Octets.same(a, at, length, UPGRADE);
            case 10 ->
                    !Octets.same(a, at, length, CONNECTION)
                            && !Octets.same(a, at, length, KEEP_ALIVE);
            case 16 -> !Octets.same(a, at, length, PROXY_CONNECTION);
            case 17 -> !Octets.same(a, at, length, TRANSFER_ENCODING);
            default -> true;
        };
    }

    /** The lines of a list, cookie crumbs put together (RFC 9113 section 8.2.3). */
    static HeaderMap received(Http2Headers list) {
        var map = new HeaderMap();
        int cookie = -1;
        for (Map.Entry<CharSequence, CharSequence> line : list) {
            CharSequence name = line.getKey();
            CharSequence value = line.getValue();
            if (!(name instanceof AsciiString key && value instanceof AsciiString text)) {
                map.add(name, value);
            } else if (Octets.same(key.array(), key.arrayOffset(), key.length(), COOKIE)) {
                cookie = addCookie(map, cookie, text);
            } else {
                map.add(
                        key.array(),
                        key.arrayOffset(),
                        key.length(),
                        text.array(),
                        text.arrayOffset(),
                        text.length());
            }
        }
        return map;
    }

    private static int addCookie(HeaderMap map, int index, AsciiString crumb) {
        if (index < 0) {
            map.add(COOKIE, 0, COOKIE.length, crumb.array(), crumb.arrayOffset(), crumb.length());
            return map.size() - 1;
        }
        byte[] before = map.valueOctets(index);
        byte[] joined = new byte[before.length + 2 + crumb.length()];
        System.arraycopy(before, 0, joined, 0, before.length);
        joined[before.length] = ';';
        joined[before.length + 1] = ' ';
        System.arraycopy(
                crumb.array(), crumb.arrayOffset(), joined, before.length + 2, crumb.length());
        map.setValue(index, joined, 0, joined.length);
        return index;
    }

    private static final HeaderName PROTOCOL = HeaderName.of(":protocol");

    /** What Netty does not check in a request head; null when it is good. */
    static @Nullable Fault check(HeaderMap head, int maxLines, UnderscoreAction underscores) {
        if (head.size() > maxLines) {
            return Fault.HTTP2_TOO_MANY_HEADERS;
        }
        int host = head.indexOf(HOST);
        if (host >= 0 && (head.indexOf(HOST, host + 1) >= 0 || !isAuthority(head, host))) {
            return Fault.INVALID_AUTHORITY;
        }
        int authority = head.indexOf(HeaderName.AUTHORITY);
        if (authority < 0 && host >= 0) {
            head.set(HeaderName.AUTHORITY, head.valueOctets(host));
            authority = head.indexOf(HeaderName.AUTHORITY);
        }
        head.remove(HOST);
        if (authority < 0) {
            return Fault.MISSING_HOST;
        }
        if (!isAuthority(head, authority)) {
            return Fault.INVALID_AUTHORITY;
        }
        int start = head.valueStart(authority);
        // RFC 9113 section 8.3.1: no user information; RFC 8441 section 3: we do not offer
        // :protocol.
        byte[] octets = head.octets();
        if (Octets.contains(octets, start, head.valueLength(authority), (byte) '@')
                || head.contains(PROTOCOL)) {
            return Fault.HTTP2_INVALID_FIELD;
        }
        int method = head.indexOf(HeaderName.METHOD);
        if (method < 0 || !isToken(head, method) || !hasFittingPath(head, method)) {
            return Fault.HTTP2_INVALID_FIELD;
        }
        int scheme = head.indexOf(HeaderName.SCHEME);
        if ((scheme >= 0 && !isScheme(head, scheme)) || endsWithSpace(head)) {
            return Fault.HTTP2_INVALID_FIELD;
        }
        return underscores == UnderscoreAction.ALLOW ? null : checkUnderscores(head, underscores);
    }

    private static boolean isToken(HeaderMap head, int index) {
        int start = head.valueStart(index);
        int end = start + head.valueLength(index);
        for (int i = start; i < end; i++) {
            if (!Octets.isToken(head.octets()[i])) {
                return false;
            }
        }
        return end > start;
    }

    private static boolean isAuthority(HeaderMap head, int index) {
        int start = head.valueStart(index);
        return Authority.isHeader(head.octets(), start, start + head.valueLength(index));
    }

    // RFC 9113 sections 8.3.1 and 8.5: an absolute path, the asterisk of OPTIONS, none of CONNECT.
    // Anything else would be another form of target over HTTP/1.
    private static boolean hasFittingPath(HeaderMap head, int method) {
        int path = head.indexOf(HeaderName.PATH);
        if (path < 0 || head.valueIs(method, "CONNECT")) {
            return path < 0;
        }
        int start = head.valueStart(path);
        int end = start + head.valueLength(path);
        if (end == start || head.octets()[start] != '/') {
            return head.valueIs(path, "*") && head.valueIs(method, "OPTIONS");
        }
        for (int i = start; i < end; i++) {
            if (!Octets.isTarget(head.octets()[i])) {
                return false;
            }
        }
        return true;
    }

    // RFC 3986 section 3.1
    private static boolean isScheme(HeaderMap head, int index) {
        int start = head.valueStart(index);
        int end = start + head.valueLength(index);
        for (int i = start; i < end; i++) {
            byte octet = head.octets()[i];
            boolean letter = (octet | 0x20) >= 'a' && (octet | 0x20) <= 'z';
            boolean later = Octets.isDigit(octet) || octet == '+' || octet == '-' || octet == '.';
            if (!letter && (!later || i == start)) {
                return false;
            }
        }
        return end > start;
    }

    // RFC 9113 section 8.2.1; Netty looks at the beginning of a value only.
    private static boolean endsWithSpace(HeaderMap head) {
        for (int i = 0; i < head.size(); i++) {
            int length = head.valueLength(i);
            if (length > 0 && Octets.isSpace(head.octets()[head.valueStart(i) + length - 1])) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Fault checkUnderscores(HeaderMap head, UnderscoreAction action) {
        for (int i = head.size() - 1; i >= 0; i--) {
            if (Octets.contains(head.octets(), head.nameStart(i), head.nameLength(i), (byte) '_')) {
                if (action == UnderscoreAction.REJECT_REQUEST) {
                    return Fault.HTTP2_UNDERSCORE;
                }
                head.removeAt(i);
            }
        }
        return null;
    }
}
