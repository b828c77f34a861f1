package io.postern.core.http;

import static io.postern.core.http.Octets.ascii;

import io.postern.sdk.HeaderMap;

/**
 * The Connection header of one head (RFC 9110 section 7.6.1): {@code close}, {@code keep-alive},
 * {@code upgrade}, and the names of headers that end at this hop.
 */
final class ConnectionTokens {
    private static final int MAX_NOMINATED = 10; // as Envoy

    private static final byte[] CLOSE = ascii("close");
    private static final byte[] KEEP_ALIVE = ascii("keep-alive");
    private static final byte[] UPGRADE = ascii("upgrade");
    private static final byte[] HOST = ascii("host");
    private static final byte[] TE = ascii("te");
    private static final byte[] TRAILERS = ascii("trailers");
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] FORWARDED = ascii("x-forwarded-");

    private boolean close;
    private boolean keepAlive;
    private boolean upgrade;
    private boolean hostNominated;
    private int nominated;
    private byte[][] names = {};

    void reset() {
        close = false;
        keepAlive = false;
        upgrade = false;
        hostNominated = false;
        nominated = 0;
    }

    boolean close() {
        return close;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    boolean upgrade() {
        return upgrade;
    }

    /** Envoy takes such a Host for absent. */
    boolean hostNominated() {
        return hostNominated;
    }

    /** Reads one line; false when it names what must not be taken away. */
    boolean read(byte[] a, int from, int length) {
        int end = from + length;
        int at = from;
        while (at < end) {
            int comma = at;
            while (comma < end && a[comma] != ',') {
                comma++;
            }
            int first = at;
            int last = comma;
            while (first < last && Octets.isSpace(a[first])) {
                first++;
            }
            while (last > first && Octets.isSpace(a[last - 1])) {
                last--;
            }
            if (last > first && !token(a, first, last - first)) {
                return false;
            }
            at = comma + 1;
        }
        return true;
    }

    /** Removes the nominated headers; {@code te: trailers} stays, for gRPC. */
    void removeNominated(HeaderMap head) {
        for (int i = 0; i < nominated; i++) {
            byte[] name = names[i];
            if (Octets.same(name, 0, name.length, TE)) {
                keepOnlyTrailers(head, name);
            } else {
                head.remove(name, 0, name.length);
            }
        }
    }

    private static void keepOnlyTrailers(HeaderMap head, byte[] te) {
        int index = head.indexOf(te, 0, te.length, 0);
        if (index >= 0 && head.valueIsIgnoreCase(index, "trailers")) {
            head.set(te, 0, te.length, TRAILERS, 0, TRAILERS.length);
        } else {
            head.remove(te, 0, te.length);
        }
    }

    private boolean token(byte[] a, int from, int length) {
        if (Octets.same(a, from, length, CLOSE)) {
            close = true;
        } else if (Octets.same(a, from, length, KEEP_ALIVE)) {
            keepAlive = true;
        } else if (Octets.same(a, from, length, UPGRADE)) {
            upgrade = true;
        } else {
            return nominate(a, from, length);
        }
        return true;
    }

    private boolean nominate(byte[] a, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (!Octets.isToken(a[i])) {
                return false; // pseudo-headers among them
            }
        }
        boolean forwarded =
                length > FORWARDED.length && Octets.same(a, from, FORWARDED.length, FORWARDED);
        if (forwarded || nominated == MAX_NOMINATED) {
            return false;
        }
        if (Octets.same(a, from, length, CONTENT_LENGTH)) {
            return false;
        }
        hostNominated |= Octets.same(a, from, length, HOST);
        if (names.length == 0) {
            names = new byte[MAX_NOMINATED][];
        }
        byte[] name = new byte[length];
        System.arraycopy(a, from, name, 0, length);
        names[nominated++] = name;
        return true;
    }
}
