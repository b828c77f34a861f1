package io.postern.xds.server.grpc;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.postern.xds.server.fleet.Connection;
import io.postern.xds.server.fleet.Fleet;
import io.postern.xds.server.fleet.Outlet;
import io.postern.xds.server.protocol.Outgoing;
import io.postern.xds.server.protocol.StreamException;
import io.postern.xds.server.protocol.Variant;
import java.time.Clock;

/**
 * Joins a gRPC call to a stream of the fleet. gRPC calls back on its event loops, which only pass
 * things on; one request is let in at a time.
 */
final class StreamHandler implements ServerCallHandler<byte[], Outgoing> {
    private final Fleet fleet;
    private final Clock clock;
    private final Variant variant;
    private final String type;

    private StreamHandler(Fleet fleet, Clock clock, Variant variant, String type) {
        this.fleet = fleet;
        this.clock = clock;
        this.variant = variant;
        this.type = type;
    }

    /** Makes handlers. */
    record Factory(Fleet fleet, Clock clock) {
        StreamHandler of(Variant variant, String type) {
            return new StreamHandler(fleet, clock, variant, type);
        }
    }

    @Override
    public ServerCall.Listener<byte[]> startCall(
            ServerCall<byte[], Outgoing> call, Metadata headers) {
        var opening =
                new Connection.Opening(
                        variant,
                        type,
                        String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)),
                        Credentials.of(call, headers),
                        clock.instant(),
                        false);
        Connection connection;
        try {
            connection = fleet.join(new CallOutlet(call), opening);
        } catch (StreamException e) {
            call.close(status(e), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        call.sendHeaders(new Metadata());
        call.request(1);
        return new Listener(connection);
    }

    static Status status(StreamException reason) {
        Status status =
                switch (reason.reason()) {
                    case INVALID_ARGUMENT -> Status.INVALID_ARGUMENT;
                    case RESOURCE_EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
                    case PERMISSION_DENIED -> Status.PERMISSION_DENIED;
                };
        return status.withDescription(reason.getMessage());
    }

    private static final class Listener extends ServerCall.Listener<byte[]> {
        private final Connection connection;

        Listener(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void onMessage(byte[] message) {
            connection.onMessage(message);
        }

        @Override
        public void onReady() {
            connection.onReady();
        }

        @Override
        public void onHalfClose() {
            connection.onHalfClose();
        }

        @Override
        public void onCancel() {
            connection.onEnd();
        }
    }

    /** Confined to the stream's lane, as gRPC asks of who sends. */
    private static final class CallOutlet implements Outlet {
        private final ServerCall<byte[], Outgoing> call;

        CallOutlet(ServerCall<byte[], Outgoing> call) {
            this.call = call;
        }

        @Override
        public boolean isReady() {
            return call.isReady();
        }

        @Override
        public void send(Outgoing response) {
            call.sendMessage(response);
        }

        @Override
        public void receiveNext() {
            call.request(1);
        }

        @Override
        public void close(StreamException reason) {
            call.close(status(reason), new Metadata());
        }

        @Override
        public void complete() {
            call.close(Status.OK, new Metadata());
        }
    }
}
