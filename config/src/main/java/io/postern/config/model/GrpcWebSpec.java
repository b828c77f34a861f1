package io.postern.config.model;

/**
 * The gRPC-Web filter; it has no settings.
 *
 * <p>Source: {@code envoy.extensions.filters.http.grpc_web.v3.GrpcWeb}.
 */
public record GrpcWebSpec() implements FilterSpec {
    /** Of its message. */
    public static final String TYPE = "envoy.extensions.filters.http.grpc_web.v3.GrpcWeb";

    @Override
    public String typeName() {
        return TYPE;
    }
}
