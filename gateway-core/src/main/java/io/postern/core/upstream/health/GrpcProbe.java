package io.postern.core.upstream.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.postern.config.model.HealthCheck.Header;
import io.postern.config.model.HealthCheck.Probe.Grpc;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A call of {@code grpc.health.v1.Health/Check}; its two messages have one field each, which are
 * written and read here. Confined to the event loop.
 *
 * <p>Source: the gRPC health checking protocol; Protocol Buffers' wire format.
 */
final class GrpcProbe extends StreamProbe {
    private static final HeaderName GRPC_STATUS = HeaderName.of("grpc-status");
    private static final HeaderName CONTENT_TYPE = HeaderName.of("content-type");
    private static final int FRAME_HEAD = 5;
    private static final int SERVING = 1;
    private static final int BODY_LIMIT = 1024;

    private final HeaderMap head;
    private final byte[] frame;

    GrpcProbe(Grpc config, HealthChecker checker, ProbeTarget target) {
        super(checker, target, true, BODY_LIMIT);
        String fallback = target.authority().isEmpty() ? checker.cluster() : target.authority();
        head =
                HeaderMap.of(
                        ":method",
                        "POST",
                        ":path",
                        "/grpc.health.v1.Health/Check",
                        ":authority",
                        config.authority().isEmpty() ? fallback : config.authority(),
                        ":scheme",
                        "http",
                        "te",
                        "trailers",
                        "content-type",
                        "application/grpc",
                        "user-agent",
                        "Envoy/HC");
        for (Header added : config.metadata()) {
            HttpProbe.add(head, added);
        }
        frame = frame(config.service());
    }

    /** HealthCheckRequest{service = 1} in a frame that is not compressed. */
    static byte[] frame(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        ByteBuf message = Unpooled.buffer();
        try {
            message.writeByte(0);
            message.writeInt(0);
            if (name.length > 0) {
                message.writeByte((1 << 3) | 2);
                varint(message, name.length);
                message.writeBytes(name);
            }
            message.setInt(1, message.readableBytes() - FRAME_HEAD);
            byte[] octets = new byte[message.readableBytes()];
            message.readBytes(octets);
            return octets;
        } finally {
            message.release();
        }
    }

    private static void varint(ByteBuf to, int value) {
        int rest = value;
        while (rest > 0x7F) {
            to.writeByte((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        to.writeByte(rest);
    }

    @Override
    HeaderMap head() {
        return head;
    }

    @Override
    ByteBuf body() {
        return Unpooled.wrappedBuffer(frame);
    }

    @Override
    Outcome judge(HeaderMap response, byte[] body, HeaderMap trailers) {
        if (HttpProbe.status(response) != 200 || !isGrpc(response.get(CONTENT_TYPE))) {
            return Outcome.UNHEALTHY;
        }
        String status = trailers.get(GRPC_STATUS);
        if (status == null) {
            status = response.get(GRPC_STATUS);
        }
        return "0".equals(status) && serves(body) ? Outcome.HEALTHY : Outcome.UNHEALTHY;
    }

    private static boolean isGrpc(@Nullable String contentType) {
        return contentType != null && contentType.startsWith("application/grpc");
    }

    /** HealthCheckResponse{status = 1}, an enum. */
    static boolean serves(byte[] body) {
        return body.length == FRAME_HEAD + 2
                && body[0] == 0
                && body[4] == 2
                && body[FRAME_HEAD] == 1 << 3
                && body[FRAME_HEAD + 1] == SERVING;
    }
}
