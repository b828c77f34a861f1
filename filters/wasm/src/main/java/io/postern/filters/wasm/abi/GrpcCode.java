package io.postern.filters.wasm.abi;

/** Status codes of gRPC. Source: {@code google.rpc.Code}. */
public final class GrpcCode {
    public static final int OK = 0;
    public static final int UNKNOWN = 2;
    public static final int PERMISSION_DENIED = 7;
    public static final int UNIMPLEMENTED = 12;
    public static final int INTERNAL = 13;
    public static final int UNAVAILABLE = 14;
    public static final int UNAUTHENTICATED = 16;

    /** What Envoy makes of a text that is none. */
    static final int INVALID = -1;

    private GrpcCode() {}

    /**
     * What a response without a code of its own comes to.
     *
     * <p>Source: <a
     * href="https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md">
     * http-grpc-status-mapping</a>.
     */
    public static int ofHttp(String status) {
        return switch (status) {
            case "400" -> INTERNAL;
            case "401" -> UNAUTHENTICATED;
            case "403" -> PERMISSION_DENIED;
            case "404" -> UNIMPLEMENTED;
            case "429", "502", "503", "504" -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }
}
