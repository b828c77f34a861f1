package io.postern.filters.wasm.abi;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo;
import org.jspecify.annotations.Nullable;

/** {@code response.*}. */
final class ResponseProperties {
    private static final String HEADERS = "headers\0";
    private static final String TRAILERS = "trailers\0";
    private static final HeaderName GRPC_STATUS = HeaderName.of("grpc-status");

    private ResponseProperties() {}

    static int find(String name, CallContext context, StreamInfo info, ByteOutput value) {
        HeaderMap head = context.readableMap(MapType.RESPONSE_HEADERS);
        HeaderMap trailers = context.readableMap(MapType.RESPONSE_TRAILERS);
        if (name.startsWith(HEADERS)) {
            return Properties.header(head, name.substring(HEADERS.length()), value);
        }
        if (name.startsWith(TRAILERS)) {
            return Properties.header(trailers, name.substring(TRAILERS.length()), value);
        }
        return switch (name) {
            case "" -> Status.SERIALIZATION_FAILURE;
            case "code" -> code(context, info, value);
            case "code_details" -> Properties.nonEmpty(value, info.responseCodeDetails());
            case "size" -> Properties.number(value, info.bytesSent());
            case "total_size" ->
                    Properties.number(value, info.bytesSent() + octets(head) + octets(trailers));
            case "headers" -> Properties.headers(head, value);
            case "headers_bytes" -> Properties.number(value, octets(head));
            case "trailers" -> Properties.headers(trailers, value);
            case "flags" -> Properties.number(value, info.responseFlagBits());
            case "grpc_status" -> grpcStatus(head, trailers, value);
            case "backend_latency" -> Properties.nanos(value, info.lastUpstreamByteNanos());
            default -> Status.NOT_FOUND;
        };
    }

    // The gateway counts a status when it is sent; Envoy when it has come.
    private static int code(CallContext context, StreamInfo info, ByteOutput value) {
        int code = info.responseCode();
        if (code == 0) {
            code = context.responseStatus();
        }
        return code == 0 ? Status.NOT_FOUND : Properties.number(value, code);
    }

    private static int grpcStatus(
            @Nullable HeaderMap head, @Nullable HeaderMap trailers, ByteOutput value) {
        String status = trailers == null ? null : trailers.get(GRPC_STATUS);
        if (status == null && head != null) {
            status = head.get(GRPC_STATUS);
        }
        try {
            return status == null
                    ? Status.NOT_FOUND
                    : Properties.number(value, Long.parseLong(status));
        } catch (NumberFormatException e) {
            return Status.NOT_FOUND;
        }
    }

    private static int octets(@Nullable HeaderMap map) {
        return map == null ? 0 : map.octetCount();
    }
}
