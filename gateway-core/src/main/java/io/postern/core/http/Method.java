package io.postern.core.http;

import static io.postern.core.http.Octets.ascii;

import java.util.Arrays;

/**
 * The methods that Envoy's HTTP/1 codec knows; it refuses others unless allow_custom_methods is
 * set. The usual ones come first.
 */
final class Method {
    static final int LONGEST = 16;

    private static final byte[] GET = ascii("GET");
    private static final byte[] TRACE = ascii("TRACE");
    private static final byte[] DELETE = ascii("DELETE");
    static final byte[] HEAD = ascii("HEAD");
    static final byte[] OPTIONS = ascii("OPTIONS");
    static final byte[] CONNECT = ascii("CONNECT");

    private static final byte[][] KNOWN = {
        GET,
        ascii("POST"),
        ascii("PUT"),
        DELETE,
        HEAD,
        OPTIONS,
        ascii("PATCH"),
        CONNECT,
        TRACE,
        ascii("ACL"),
        ascii("BIND"),
        ascii("CHECKOUT"),
        ascii("COPY"),
        ascii("LINK"),
        ascii("LOCK"),
        ascii("MERGE"),
        ascii("MKACTIVITY"),
        ascii("MKCALENDAR"),
        ascii("MKCOL"),
        ascii("MOVE"),
        ascii("MSEARCH"),
        ascii("NOTIFY"),
        ascii("PROPFIND"),
        ascii("PROPPATCH"),
        ascii("PURGE"),
        ascii("REBIND"),
        ascii("REPORT"),
        ascii("SEARCH"),
        ascii("SOURCE"),
        ascii("SUBSCRIBE"),
        ascii("UNBIND"),
        ascii("UNLINK"),
        ascii("UNLOCK"),
        ascii("UNSUBSCRIBE"),
    };

    private Method() {}

    static boolean isKnown(byte[] octets, int from, int to) {
        for (byte[] known : KNOWN) {
            if (known.length == to - from
                    && known[0] == octets[from]
                    && is(octets, from, to, known)) {
                return true;
            }
        }
        return false;
    }

    /** Whether these octets are {@code known}, which is case-sensitive. */
    static boolean is(byte[] octets, int from, int to, byte[] known) {
        return Arrays.equals(octets, from, to, known, 0, known.length);
    }

    /** GET, HEAD, DELETE, TRACE and CONNECT: no {@code content-length: 0} is added to these. */
    static boolean usuallyBodiless(byte[] octets, int from, int length) {
        byte[] only =
                switch (length) {
                    case 3 -> GET;
                    case 4 -> HEAD;
                    case 5 -> TRACE;
                    case 6 -> DELETE;
                    case 7 -> CONNECT;
                    default -> null;
                };
        return only != null && is(octets, from, from + length, only);
    }
}
