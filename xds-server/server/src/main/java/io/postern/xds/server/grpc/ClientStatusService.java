package io.postern.xds.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.status.v3.ClientStatusRequest;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.postern.xds.server.fleet.Fleet;
import io.postern.xds.server.fleet.Gatekeeper.Credential;
import io.postern.xds.server.protocol.StreamException;
import io.postern.xds.server.status.ClientStatus;
import java.util.concurrent.Executor;

/**
 * {@code envoy.service.status.v3.ClientStatusDiscoveryService}: each request is answered with how
 * things stand then.
 */
final class ClientStatusService {
    private static final String NAME = "envoy.service.status.v3.ClientStatusDiscoveryService";

    private final ClientStatus status;
    private final Executor blocking;

    /**
     * @param blocking answers wait for lanes: not on gRPC's event loops
     */
    ClientStatusService(Fleet fleet, Executor blocking) {
        this.status = new ClientStatus(fleet);
        this.blocking = blocking;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(NAME)
                .addMethod(method("StreamClientStatus", MethodType.BIDI_STREAMING), handler())
                .addMethod(method("FetchClientStatus", MethodType.UNARY), handler())
                .build();
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(type)
                .setFullMethodName(NAME + "/" + name)
                .setRequestMarshaller(new Octets())
                .setResponseMarshaller(new Octets())
                .build();
    }

    private ServerCallHandler<byte[], byte[]> handler() {
        return (call, headers) -> {
            var listener = new Listener(call, Credentials.of(call, headers));
            call.sendHeaders(new Metadata());
            call.request(1);
            return listener;
        };
    }

    /** One request is answered before the next one is let in. */
    private final class Listener extends ServerCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> call;
        private final Credential credential;

        // Guarded by this: the network's thread and the one that answers.
        private boolean answering;
        private boolean halfClosed;
        private boolean closed;

        Listener(ServerCall<byte[], byte[]> call, Credential credential) {
            this.call = call;
            this.credential = credential;
        }

        @Override
        public synchronized void onMessage(byte[] message) {
            answering = true;
            blocking.execute(() -> answer(message));
        }

        private void answer(byte[] message) {
            try {
                var request = ClientStatusRequest.parseFrom(message);
                answered(status.answer(request, credential).toByteArray());
            } catch (InvalidProtocolBufferException e) {
                close(Status.INVALID_ARGUMENT.withDescription("not a request: " + e.getMessage()));
            } catch (StreamException e) {
                close(StreamHandler.status(e));
            } catch (RuntimeException e) {
                close(Status.UNAVAILABLE.withDescription(e.getMessage()));
            }
        }

        private synchronized void answered(byte[] response) {
            answering = false;
            if (!closed) {
                call.sendMessage(response);
                if (halfClosed) {
                    close(Status.OK);
                } else {
                    call.request(1);
                }
            }
        }

        private synchronized void close(Status with) {
            if (!closed) {
                closed = true;
                call.close(with, new Metadata());
            }
        }

        @Override
        public synchronized void onHalfClose() {
            halfClosed = true;
            if (!answering) {
                close(Status.OK);
            }
        }

        @Override
        public synchronized void onCancel() {
            closed = true;
        }
    }
}
