package io.postern.core.format;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import org.jspecify.annotations.Nullable;

/** The gRPC status of a response. Stateless. */
public final class GrpcStatus {
    private static final HeaderName NAME = HeaderName.of("grpc-status");
    private static final int UNKNOWN = 2;

    private GrpcStatus() {}

    /** As told, or as it follows from the HTTP status where there was a response. */
    public static int of(StreamView view) {
        int told = told(view);
        int code = view.streamInfo().responseCode();
        return told >= 0 ? told : code == 0 ? UNKNOWN : ofHttp(code);
    }

    /** From the trailers, or from the head of a response without body; -1 when not there. */
    static int told(StreamView view) {
        int status = told(view.responseTrailers());
        return status >= 0 ? status : told(view.responseHeaders());
    }

    private static int told(@Nullable HeaderMap head) {
        int index = head == null ? -1 : head.indexOf(NAME);
        if (index < 0 || head == null) {
            return -1;
        }
        int status = 0;
        int length = head.valueLength(index);
        for (int i = 0; i < length; i++) {
            int digit = head.octets()[head.valueStart(index) + i] - '0';
            if (digit < 0 || digit > 9 || length > 4) {
                return -1;
            }
            status = status * 10 + digit;
        }
        return length == 0 ? -1 : status;
    }

    /** Source: gRPC's "HTTP to gRPC Status Code Mapping"; 200 is no answer of gRPC. */
    public static int ofHttp(int status) {
        return switch (status) {
            case 400 -> 13;
            case 401 -> 16;
            case 403 -> 7;
            case 404 -> 12;
            case 429, 502, 503, 504 -> 14;
            default -> UNKNOWN;
        };
    }
}
