package io.postern.core.http;

import static io.postern.core.http.Octets.ascii;

import io.postern.config.model.HttpConnectionManager.Http1Options;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.sdk.HeaderMap;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a request (RFC 9112 section 3) and what follows from the form of its target. It
 * becomes {@code :authority}, {@code :path}, {@code :method} and {@code :scheme}, in Envoy's order;
 * the authority stays empty here unless the target brings one.
 */
final class RequestLine implements StartLine {
    static final int AUTHORITY_AT = 0;

    private static final byte[] AUTHORITY = ascii(":authority");
    private static final byte[] PATH = ascii(":path");
    private static final byte[] METHOD = ascii(":method");
    private static final byte[] SCHEME = ascii(":scheme");
    private static final byte[] HTTP = ascii("http");
    private static final byte[] HTTPS = ascii("https");
    private static final byte[] ROOT = ascii("/");
    private static final int VERSION_LENGTH = 8;

    private final byte[] transportScheme;
    private final boolean absoluteAllowed;
    private final boolean anyMethod;
    private final boolean edge;
    private boolean head;
    private boolean connect;
    private boolean hasAuthority;
    private Protocol protocol = Protocol.HTTP_1_1;

    /**
     * @param edge nobody in front of us may have taken TLS off: https in clear text is a lie
     */
    RequestLine(boolean tls, Http1Options options, boolean edge) {
        this.edge = edge;
        transportScheme = tls ? HTTPS : HTTP;
        absoluteAllowed = options.allowAbsoluteUrl();
        anyMethod = options.allowCustomMethods();
    }

    boolean isHead() {
        return head;
    }

    boolean isConnect() {
        return connect;
    }

    /** Whether the target named the authority, so that the Host header does not count. */
    boolean hasAuthority() {
        return hasAuthority;
    }

    Protocol protocol() {
        return protocol;
    }

    @Override
    public boolean canBegin(byte[] octets, int from, int to) {
        int end = anyMethod ? to : Math.min(to, from + Method.LONGEST);
        for (int i = from; i < end; i++) {
            if (!Octets.isToken(octets[i])) {
                return octets[i] == ' ' && i > from;
            }
        }
        return anyMethod || to - from < Method.LONGEST;
    }

    @Override
    public @Nullable Fault parse(byte[] octets, int from, int to, HeaderMap map) {
        int methodEnd = from;
        while (methodEnd < to && Octets.isToken(octets[methodEnd])) {
            methodEnd++;
        }
        if (methodEnd == to
                || octets[methodEnd] != ' '
                || methodEnd == from
                || !(anyMethod || Method.isKnown(octets, from, methodEnd))) {
            return Fault.CODEC_ERROR;
        }
        int target = methodEnd + 1;
        int targetEnd = target;
        while (targetEnd < to && Octets.isTarget(octets[targetEnd])) {
            targetEnd++;
        }
        boolean versionForTarget = targetEnd == to && octets[target] != '/';
        if (targetEnd == target || versionForTarget) {
            return Fault.CODEC_ERROR;
        }
        Fault version = parseVersion(octets, targetEnd, to);
        if (version != null) {
            return version;
        }
        int methodLength = methodEnd - from;
        head = Method.is(octets, from, methodEnd, Method.HEAD);
        connect = Method.is(octets, from, methodEnd, Method.CONNECT);
        hasAuthority = false;
        boolean options = Method.is(octets, from, methodEnd, Method.OPTIONS);
        return parseTarget(octets, from, methodLength, target, targetEnd, options, map);
    }

    private @Nullable Fault parseVersion(byte[] octets, int from, int to) {
        if (from == to) {
            return Fault.LOW_VERSION; // HTTP/0.9
        }
        int at = from + 1;
        if (to - at != VERSION_LENGTH
                || octets[from] != ' '
                || octets[at] != 'H'
                || octets[at + 1] != 'T'
                || octets[at + 2] != 'T'
                || octets[at + 3] != 'P'
                || octets[at + 4] != '/'
                || !Octets.isDigit(octets[at + 5])
                || octets[at + 6] != '.'
                || !Octets.isDigit(octets[at + 7])) {
            return Fault.CODEC_ERROR;
        }
        if (octets[at + 5] != '1' || octets[at + 7] > '1') {
            return Fault.LOW_VERSION;
        }
        protocol = octets[at + 7] == '1' ? Protocol.HTTP_1_1 : Protocol.HTTP_1_0;
        return null;
    }

    private @Nullable Fault parseTarget(
            byte[] octets,
            int method,
            int methodLength,
            int at,
            int end,
            boolean options,
            HeaderMap map) {
        map.add(AUTHORITY, 0, AUTHORITY.length, octets, at, 0);
        byte[] scheme = transportScheme;
        if (connect) {
            if (!isHostAndPort(octets, at, end)) {
                return Fault.INVALID_URL;
            }
            hasAuthority = true;
            map.setValue(AUTHORITY_AT, octets, at, end - at);
        } else if (octets[at] == '/' || (octets[at] == '*' && end == at + 1 && options)) {
            map.add(PATH, 0, PATH.length, octets, at, end - at);
        } else if (octets[at] == '*') {
            return Fault.INVALID_URL;
        } else {
            int schemeEnd = schemeEnd(octets, at, end);
            if (schemeEnd < 0) {
                return Fault.CODEC_ERROR;
            }
            if (!absoluteAllowed) {
                map.add(
                        PATH,
                        0,
                        PATH.length,
                        octets,
                        at,
                        end - at); // as Envoy; no route matches it
            } else {
                if (!Octets.same(octets, at, schemeEnd - at, HTTP)
                        && !Octets.same(octets, at, schemeEnd - at, HTTPS)) {
                    return Fault.INVALID_SCHEME;
                }
                scheme = schemeEnd - at == HTTP.length ? HTTP : HTTPS;
                if (edge && scheme.length > transportScheme.length) {
                    return Fault.HTTPS_IN_CLEAR_TEXT;
                }
                if (!absolute(octets, schemeEnd + 3, end, map)) {
                    return Fault.INVALID_URL;
                }
            }
        }
        map.add(METHOD, 0, METHOD.length, octets, method, methodLength);
        map.add(SCHEME, 0, SCHEME.length, scheme, 0, scheme.length);
        return null;
    }

    // RFC 9112 section 3.2.2: the authority of the target replaces the Host header.
    private boolean absolute(byte[] octets, int from, int end, HeaderMap map) {
        int slash = from;
        while (slash < end && octets[slash] != '/' && octets[slash] != '?') {
            // User information hides who is meant (RFC 9110 section 4.2.4), and some take a
            // backslash for a slash.
            if (octets[slash] == '@' || octets[slash] == '\\') {
                return false;
            }
            slash++;
        }
        if (!Authority.isOfUrl(octets, from, slash)) {
            return false;
        }
        hasAuthority = true;
        map.setValue(AUTHORITY_AT, octets, from, slash - from);
        if (slash == end) {
            map.add(PATH, 0, PATH.length, ROOT, 0, 1);
        } else {
            map.add(PATH, 0, PATH.length, octets, slash, end - slash);
        }
        return true;
    }

    private static int schemeEnd(byte[] octets, int at, int end) {
        int i = at;
        while (i < end && Character.isLetter(octets[i])) {
            i++;
        }
        boolean good =
                i > at
                        && i + 3 <= end
                        && octets[i] == ':'
                        && octets[i + 1] == '/'
                        && octets[i + 2] == '/';
        return good ? i : -1;
    }

    private static boolean isHostAndPort(byte[] octets, int at, int end) {
        int colon = end - 1;
        while (colon > at && Octets.isDigit(octets[colon])) {
            colon--;
        }
        boolean port = octets[colon] == ':' && colon < end - 1;
        return port && Authority.isOfUrl(octets, at, end);
    }
}
