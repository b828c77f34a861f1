package io.postern.core.route;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Tells gRPC requests from others (gRPC over HTTP/2, "Requests"). Pure functions. */
public final class GrpcRequest {
    private static final byte[] CONTENT_TYPE =
            "application/grpc".getBytes(StandardCharsets.US_ASCII);

    private GrpcRequest() {}

    /** Whether the content type is {@code application/grpc} or {@code application/grpc+…}. */
    public static boolean isGrpc(HeaderMap head) {
        int index = head.indexOf(HeaderName.CONTENT_TYPE);
        if (index < 0 || head.valueLength(index) < CONTENT_TYPE.length) {
            return false;
        }
        int start = head.valueStart(index);
        int end = start + CONTENT_TYPE.length;
        return Arrays.equals(head.octets(), start, end, CONTENT_TYPE, 0, CONTENT_TYPE.length)
                && (head.valueLength(index) == CONTENT_TYPE.length || head.octets()[end] == '+');
    }
}
