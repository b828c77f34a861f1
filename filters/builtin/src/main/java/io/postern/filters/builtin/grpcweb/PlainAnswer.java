package io.postern.filters.builtin.grpcweb;

import io.postern.sdk.Body;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.io.ByteArrayOutputStream;
import java.util.Locale;

/**
 * An answer that is no gRPC: its status becomes a grpc-status, the beginning of its body a
 * grpc-message. Confined to the event loop.
 */
final class PlainAnswer {
    private static final HeaderName GRPC_STATUS = HeaderName.of("grpc-status");
    private static final HeaderName GRPC_MESSAGE = HeaderName.of("grpc-message");
    private static final int MOST_OF_THE_BODY = 16_384;
    private static final byte[] NOTHING = {};

    private final HeaderMap headers;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    PlainAnswer(HeaderMap headers) {
        this.headers = headers;
    }

    /** Whether an answer with this head has to be turned into one. */
    static boolean isNeeded(HeaderMap headers, boolean endOfStream) {
        if (endOfStream) {
            return !headers.contains(GRPC_STATUS);
        }
        int type = headers.indexOf(HeaderName.CONTENT_TYPE);
        return status(headers) != 200 || type < 0 || !isGrpc(headers.value(type));
    }

    private static boolean isGrpc(String type) {
        if (type.startsWith("application/grpc")
                && (type.length() == 16 || type.charAt(16) == '+' || type.charAt(16) == ';')) {
            return true;
        }
        int end = type.indexOf(';');
        String media = (end < 0 ? type : type.substring(0, end)).stripTrailing();
        String lower = media.toLowerCase(Locale.ROOT);
        return lower.equals("application/grpc-web+proto") || lower.equals("application/grpc-web");
    }

    /** Takes the body away. */
    void take(Body body) {
        int length = Math.min(body.length(), MOST_OF_THE_BODY - text.size());
        byte[] octets = new byte[length];
        body.copyTo(0, octets, 0, length);
        text.writeBytes(octets);
        body.replace(0, body.length(), NOTHING, 0, 0);
    }

    /** The body is over: what it says goes into the head. */
    void finish() {
        headers.set(GRPC_MESSAGE, percentEncoded(text.toByteArray()));
        headers.set(GRPC_STATUS, Integer.toString(grpcStatus(status(headers))));
        headers.set(HeaderName.CONTENT_LENGTH, "0");
    }

    private static int status(HeaderMap headers) {
        String status = headers.get(HeaderName.STATUS);
        return status == null ? 0 : Integer.parseInt(status);
    }

    // gRPC's "HTTP to gRPC status code mapping"
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

    // gRPC over HTTP/2, "Responses": Percent-Encoded
    private static String percentEncoded(byte[] text) {
        var encoded = new StringBuilder(text.length);
        for (byte octet : text) {
            if (octet >= ' ' && octet <= '~' && octet != '%') {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append("%02X".formatted(octet & 0xff));
            }
        }
        return encoded.toString();
    }
}
