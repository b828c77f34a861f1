package io.postern.core.http;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/**
 * Upgrades over HTTP/2 (RFC 8441): between the two codecs an upgrade always looks as in HTTP/1, GET
 * with Upgrade and an answer of 101. Pure functions.
 */
final class ExtendedConnect {
    private static final HeaderName PROTOCOL = HeaderName.of(":protocol");
    private static final HeaderName UPGRADE = HeaderName.of("upgrade");
    private static final HeaderName CONNECTION = HeaderName.of("connection");

    private ExtendedConnect() {}

    /** A client's extended CONNECT becomes an upgrade; false: it was none. */
    static boolean toUpgrade(HeaderMap head) {
        int protocol = head.indexOf(PROTOCOL);
        int method = head.indexOf(HeaderName.METHOD);
        if (protocol < 0 || method < 0 || !head.valueIs(method, "CONNECT")) {
            return false;
        }
        byte[] name = head.valueOctets(protocol);
        head.removeAt(protocol);
        head.set(HeaderName.METHOD, "GET");
        head.set(UPGRADE, name);
        head.set(CONNECTION, "upgrade");
        return true;
    }

    /** The answer to one: 200 instead of 101. */
    static HeaderMap answerToClient(HeaderMap answer) {
        if (Octets.status(answer) != 101) {
            return answer;
        }
        var head = new HeaderMap(answer.octetCount());
        head.copyFrom(answer);
        head.set(HeaderName.STATUS, "200");
        head.remove(UPGRADE);
        head.remove(CONNECTION);
        return head;
    }

    /** Whether a request asks for another protocol. */
    static boolean isUpgrade(HeaderMap request) {
        int connection = request.indexOf(CONNECTION);
        if (connection < 0 || !request.contains(UPGRADE)) {
            return false;
        }
        var tokens = new ConnectionTokens();
        tokens.read(
                request.octets(), request.valueStart(connection), request.valueLength(connection));
        return tokens.upgrade();
    }

    /** The protocol it asks for. */
    static byte[] protocol(HeaderMap request) {
        return request.valueOctets(request.indexOf(UPGRADE));
    }

    /** An upgrade on its way to an upstream becomes extended CONNECT. */
    static HeaderMap fromUpgrade(HeaderMap request) {
        var head = new HeaderMap(request.octetCount());
        head.copyFrom(request);
        head.add(PROTOCOL, protocol(request));
        head.set(HeaderName.METHOD, "CONNECT");
        head.remove(UPGRADE);
        head.remove(CONNECTION);
        head.remove(HeaderName.CONTENT_LENGTH);
        return head;
    }

    /** An upstream's answer to one: 101 instead of 200. */
    static void answerFromUpstream(HeaderMap answer, byte[] protocol) {
        if (Octets.status(answer) == 200) {
            answer.set(HeaderName.STATUS, "101");
            answer.set(UPGRADE, protocol);
            answer.set(CONNECTION, "upgrade");
        }
    }
}
