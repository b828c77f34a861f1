package io.postern.xds.server.local;

import com.google.protobuf.InvalidProtocolBufferException;
import io.postern.config.model.ConfigSource.Target;
import io.postern.config.proto.rollouts.v1.Report;
import io.postern.config.source.xds.DiscoveryTransport;
import io.postern.xds.server.fleet.Connection;
import io.postern.xds.server.fleet.Fleet;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.fleet.Lane;
import io.postern.xds.server.fleet.Outlet;
import io.postern.xds.server.fleet.OwnThread;
import io.postern.xds.server.protocol.Outgoing;
import io.postern.xds.server.protocol.StreamException;
import io.postern.xds.server.protocol.Variant;
import io.postern.xds.server.rollout.Reports;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;

/**
 * Joins a gateway's aggregated stream to the fleet, without a network in between: the same octets
 * cross as a pair of tasks. The gateway belongs to every group: there is no other. Thread-safe.
 */
public final class LocalTransport implements DiscoveryTransport {
    private static final String DELTA = "/DeltaAggregatedResources";
    private static final String SOTW = "/StreamAggregatedResources";

    private final Fleet fleet;
    private final Lane lane;
    private final Reports reports;
    private final Clock clock;

    /** {@code reports} gets what the gateway tells of rollouts. */
    public LocalTransport(Fleet fleet, Reports reports, Clock clock) {
        this.fleet = fleet;
        this.lane = fleet.open(new OwnThread("xds"));
        this.reports = reports;
        this.clock = clock;
    }

    @Override
    public Stream open(Target target, String path, StreamListener listener) {
        if (path.equals(Reports.PATH)) {
            listener.onOpen();
            return reporting();
        }
        if (!path.endsWith(DELTA) && !path.endsWith(SOTW)) {
            throw new IllegalArgumentException("bug: only the aggregated stream is local: " + path);
        }
        var opening =
                new Connection.Opening(
                        path.endsWith(DELTA) ? Variant.DELTA : Variant.SOTW,
                        "",
                        "this process",
                        Gatekeeper.Credential.NONE,
                        clock.instant(),
                        true);
        Connection connection = fleet.join(lane, new LocalOutlet(listener), opening);
        listener.onOpen();
        return new Stream() {
            @Override
            public void send(byte[] message) {
                connection.onMessage(message);
            }

            @Override
            public void close() {
                connection.onEnd();
            }
        };
    }

    private Stream reporting() {
        return new Stream() {
            @Override
            public void send(byte[] message) {
                try {
                    reports.take(Report.parseFrom(message));
                } catch (InvalidProtocolBufferException e) {
                    throw new IllegalStateException("bug: a report that is none", e);
                }
            }

            @Override
            public void close() {
                // What was told stays.
            }
        };
    }

    @Override
    public void fetch(
            Target target, String path, byte[] body, Duration timeout, FetchListener listener) {
        listener.onFailure("REST is not served in the same process");
    }

    /** Always ready: one response of each type is under way at most. */
    private static final class LocalOutlet implements Outlet {
        private final StreamListener listener;

        LocalOutlet(StreamListener listener) {
            this.listener = listener;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void send(Outgoing response) {
            listener.onMessage(
                    ByteBuffer.allocate(response.size())
                            .put(response.shared())
                            .put(response.own())
                            .array());
        }

        @Override
        public void receiveNext() {
            // Everything that was said is let in.
        }

        @Override
        public void close(StreamException reason) {
            listener.onEnd(String.valueOf(reason.getMessage()));
        }

        @Override
        public void complete() {
            listener.onEnd("ended");
        }
    }
}
