package io.postern.xds.server.grpc;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.postern.xds.server.fleet.Connection;
import io.postern.xds.server.fleet.Fleet;
import io.postern.xds.server.fleet.Lane;
import io.postern.xds.server.fleet.Outlet;
import io.postern.xds.server.protocol.Outgoing;
import io.postern.xds.server.protocol.StreamException;
import io.postern.xds.server.protocol.Variant;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Joins a gRPC call to a stream of the fleet. gRPC calls back on its event loops, which are the
 * lanes of its streams; few requests are let in before they are handled.
 */
final class StreamHandler implements ServerCallHandler<byte[], Outgoing> {
    private final Factory around;
    private final Variant variant;
    private final String type;

    private StreamHandler(Factory around, Variant variant, String type) {
        this.around = around;
        this.variant = variant;
        this.type = type;
    }

    /**
     * Makes handlers.
     *
     * @param lanes the one of the current thread
     */
    record Factory(Fleet fleet, Supplier<Lane> lanes, Clock clock) {
        StreamHandler of(Variant variant, String type) {
            return new StreamHandler(this, variant, type);
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
                        around.clock().instant(),
                        false);
        var outlet = new CallOutlet(call);
        Connection connection;
        try {
            connection = around.fleet().join(around.lanes().get(), outlet, opening);
        } catch (StreamException e) {
            call.close(status(e), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        call.sendHeaders(new Metadata());
        outlet.ask();
        return new Listener(connection, outlet);
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
        private final CallOutlet outlet;

        Listener(Connection connection, CallOutlet outlet) {
            this.connection = connection;
            this.outlet = outlet;
        }

        @Override
        public void onMessage(byte[] message) {
            outlet.arrived(message.length);
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

    /**
     * Sending is confined to the stream's lane, as gRPC asks. Small requests are let in while those
     * before them are handled.
     */
    private static final class CallOutlet implements Outlet {
        private static final int MOST_WAITING = 4;
        private static final int SMALL = 4 << 10;

        private final ServerCall<byte[], Outgoing> call;
        private final AtomicInteger waiting = new AtomicInteger();
        private final AtomicBoolean asked = new AtomicBoolean();

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

        void ask() {
            if (asked.compareAndSet(false, true)) {
                call.request(1);
            }
        }

        /** A request of so many octets is on its way to the lane. Event loop. */
        void arrived(int octets) {
            asked.set(false);
            if (waiting.incrementAndGet() < MOST_WAITING && octets <= SMALL) {
                ask();
            }
        }

        @Override
        public void receiveNext() {
            waiting.decrementAndGet();
            ask();
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
