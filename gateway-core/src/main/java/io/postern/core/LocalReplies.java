package io.postern.core;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import java.nio.charset.StandardCharsets;

/**
 * Heads of local replies, as Envoy makes them: plain text with a length, or a gRPC status for gRPC
 * callers (gRPC over HTTP/2, "HTTP to gRPC status code mapping"). Pure functions.
 */
final class LocalReplies {
    private static final HeaderName GRPC_STATUS = HeaderName.of("grpc-status");
    private static final HeaderName GRPC_MESSAGE = HeaderName.of("grpc-message");
    private static final byte[] TEXT_PLAIN = octets("text/plain");
    private static final byte[] APPLICATION_GRPC = octets("application/grpc");
    private static final byte[] NO_BODY = {};

    private LocalReplies() {}

    /** A reply as it goes out. */
    record Made(HeaderMap head, byte[] body) {}

    static Made make(LocalReply reply, HeaderMap request) {
        var head = new HeaderMap(256);
        boolean grpc = isGrpc(request);
        Status.set(head, grpc ? 200 : reply.status());
        for (LocalReply.Header header : reply.headers()) {
            head.add(header.name(), header.value());
        }
        if (grpc) {
            return grpc(reply, head);
        }
        byte[] body = reply.body();
        if (body.length > 0) {
            head.set(HeaderName.CONTENT_LENGTH, Integer.toString(body.length));
            if (!head.contains(HeaderName.CONTENT_TYPE)) {
                head.add(HeaderName.CONTENT_TYPE, TEXT_PLAIN);
            }
        }
        int method = request.indexOf(HeaderName.METHOD);
        boolean bodiless = method >= 0 && request.valueIs(method, "HEAD");
        return new Made(head, bodiless ? NO_BODY : body);
    }

    private static Made grpc(LocalReply reply, HeaderMap head) {
        head.remove(HeaderName.CONTENT_LENGTH);
        head.set(HeaderName.CONTENT_TYPE, APPLICATION_GRPC);
        int status = reply.grpcStatus() >= 0 ? reply.grpcStatus() : grpcStatus(reply.status());
        head.set(GRPC_STATUS, Integer.toString(status));
        if (reply.body().length > 0) {
            head.set(GRPC_MESSAGE, percentEncoded(reply.body()));
        }
        return new Made(head, NO_BODY);
    }

    private static boolean isGrpc(HeaderMap request) {
        int index = request.indexOf(HeaderName.CONTENT_TYPE);
        if (index < 0 || request.valueLength(index) < APPLICATION_GRPC.length) {
            return false;
        }
        byte[] octets = request.octets();
        int at = request.valueStart(index);
        for (int i = 0; i < APPLICATION_GRPC.length; i++) {
            if (octets[at + i] != APPLICATION_GRPC[i]) {
                return false;
            }
        }
        return request.valueLength(index) == APPLICATION_GRPC.length
                || octets[at + APPLICATION_GRPC.length] == '+';
    }

    private static int grpcStatus(int status) {
        return switch (status) {
            case 400 -> 13;
            case 401 -> 16;
            case 403 -> 7;
            case 404 -> 12;
            case 429, 502, 503, 504 -> 14;
            default -> 2;
        };
    }

    // gRPC over HTTP/2, "Responses": Percent-Encoded.
    private static byte[] percentEncoded(byte[] text) {
        var encoded = new StringBuilder(text.length);
        for (byte octet : text) {
            if (octet >= ' ' && octet <= '~' && octet != '%') {
                encoded.append((char) octet);
            } else {
                encoded.append('%')
                        .append(Character.toUpperCase(Character.forDigit((octet >> 4) & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(octet & 15, 16)));
            }
        }
        return octets(encoded.toString());
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
