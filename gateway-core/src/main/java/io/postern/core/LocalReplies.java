package io.postern.core;

import io.postern.core.format.GrpcStatus;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

    /** The head as the one who replies wants it: status and headers. */
    static HeaderMap head(LocalReply reply) {
        var head = new HeaderMap(256);
        Status.set(head, reply.status());
        for (LocalReply.Header header : reply.headers()) {
            head.add(header.name(), header.value());
        }
        return head;
    }

    /**
     * Makes a head fit its body and its caller.
     *
     * @param contentType of a body that local_reply_config has written; null: as the reply says
     * @param asGrpc whether the caller speaks gRPC
     * @return the body that follows the head
     */
    static byte[] complete(
            HeaderMap head,
            byte[] body,
            @Nullable String contentType,
            LocalReply reply,
            HeaderMap request,
            boolean asGrpc) {
        if (asGrpc) {
            grpc(reply, head, body);
            return NO_BODY;
        }
        if (body.length == 0) {
            head.remove(HeaderName.CONTENT_LENGTH);
            head.remove(HeaderName.CONTENT_TYPE);
            return NO_BODY;
        }
        head.set(HeaderName.CONTENT_LENGTH, Integer.toString(body.length));
        if (contentType != null) {
            head.set(HeaderName.CONTENT_TYPE, contentType);
        } else if (!head.contains(HeaderName.CONTENT_TYPE)) {
            head.add(HeaderName.CONTENT_TYPE, TEXT_PLAIN);
        }
        int method = request.indexOf(HeaderName.METHOD);
        boolean bodiless = method >= 0 && request.valueIs(method, "HEAD");
        return bodiless ? NO_BODY : body;
    }

    private static void grpc(LocalReply reply, HeaderMap head, byte[] body) {
        int status = Status.of(head);
        Status.set(head, 200);
        head.remove(HeaderName.CONTENT_LENGTH);
        head.set(HeaderName.CONTENT_TYPE, APPLICATION_GRPC);
        if (!head.contains(GRPC_STATUS)) {
            int grpcStatus =
                    reply.grpcStatus() >= 0 ? reply.grpcStatus() : GrpcStatus.ofHttp(status);
            head.set(GRPC_STATUS, Integer.toString(grpcStatus));
        }
        // The line end that JSON formats add is none of the message.
        int length = body.length;
        length -= length > 0 && body[length - 1] == '\n' ? 1 : 0;
        if (length > 0) {
            head.set(GRPC_MESSAGE, percentEncoded(Arrays.copyOf(body, length)));
        }
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
