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
            case "grpc_status" -> grpcStatus(context, info, value);
            case "backend_latency" -> Properties.nanos(value, info.lastUpstreamByteNanos());
            default -> Status.NOT_FOUND;
        };
    }

    // The gateway counts a status when it is sent; Envoy when it has come.
    private static int status(CallContext context, StreamInfo info) {
        int code = info.responseCode();
        return code == 0 ? context.responseStatus() : code;
    }

    private static int code(CallContext context, StreamInfo info, ByteOutput value) {
        int code = status(context, info);
        return code == 0 ? Status.NOT_FOUND : Properties.number(value, code);
    }

    // As Envoy's Grpc::Common::getGrpcStatus: a response that has none comes to one all the same.
    private static int grpcStatus(CallContext context, StreamInfo info, ByteOutput value) {
        HeaderMap head = context.readableMap(MapType.RESPONSE_HEADERS);
        HeaderMap trailers = context.readableMap(MapType.RESPONSE_TRAILERS);
        String status = trailers == null ? null : trailers.get(GRPC_STATUS);
        if (status == null && head != null) {
            status = head.get(GRPC_STATUS);
        }
        if (status != null) {
            return Properties.number(value, parsed(status));
        }
        int http = status(context, info);
        return http == 0
                ? Status.NOT_FOUND
                : Properties.number(value, GrpcCode.ofHttp(Integer.toString(http)));
    }

    private static long parsed(String status) {
        try {
            return Integer.parseUnsignedInt(status);
        } catch (NumberFormatException e) {
            return GrpcCode.INVALID;
        }
    }

    private static int octets(@Nullable HeaderMap map) {
        return map == null ? 0 : map.octetCount();
    }
}
