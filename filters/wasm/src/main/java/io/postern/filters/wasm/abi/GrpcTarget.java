package io.postern.filters.wasm.abi;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a gRPC call goes: the name of a cluster, or a serialised {@code
 * envoy.config.core.v3.GrpcService}, of which the envoy_grpc target is read.
 *
 * @param cluster empty when the message has another target or none
 * @param authority empty: the cluster's name
 */
record GrpcTarget(String cluster, String authority) {
    private static final int ENVOY_GRPC = 1;
    private static final int CLUSTER_NAME = 1;
    private static final int AUTHORITY = 2;

    /** Reads a service; text that is no message of that kind is a cluster's name, as in Envoy. */
    static GrpcTarget of(byte[] service) {
        var fields = new ProtoFields(service, 0, service.length);
        @Nullable GrpcTarget target = null;
        boolean known = true;
        while (fields.next()) {
            known &= fields.number() <= 5;
            if (fields.number() == ENVOY_GRPC && fields.isBytes()) {
                target = envoyGrpc(fields.message());
            }
        }
        if (fields.isMalformed() || !known || service.length == 0) {
            return new GrpcTarget(new String(service, StandardCharsets.UTF_8), "");
        }
        return target == null ? new GrpcTarget("", "") : target;
    }

    private static GrpcTarget envoyGrpc(ProtoFields fields) {
        String cluster = "";
        String authority = "";
        while (fields.next()) {
            if (fields.number() == CLUSTER_NAME && fields.isBytes()) {
                cluster = fields.text();
            } else if (fields.number() == AUTHORITY && fields.isBytes()) {
                authority = fields.text();
            }
        }
        return new GrpcTarget(cluster, authority);
    }
}
