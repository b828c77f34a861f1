package io.postern.xds.server.grpc;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.netty.NettyServerBuilder;
import io.postern.xds.server.fleet.Fleet;
import io.postern.xds.server.fleet.Lane;
import io.postern.xds.server.rollout.Reports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The discovery services on a port. Thread-safe. */
public final class XdsServer implements AutoCloseable {
    /** A first request may carry the versions of fifty thousand names. */
    private static final int MOST_REQUEST_OCTETS = 16 << 20;

    private static final int MOST_HEADER_OCTETS = 16 << 10;

    /** One for each type, and as many again while they are replaced; simulated nodes share one. */
    private static final int MOST_STREAMS_PER_CONNECTION = 1_000;

    private static final int KEEPALIVE_SECONDS = 30;
    private static final int KEEPALIVE_ANSWER_SECONDS = 10;
    private static final int FASTEST_PING_SECONDS = 5;
    private static final int CLOSE_SECONDS = 2;

    /** What a node can have the server keep unread: the least that HTTP/2 knows. */
    private static final int WINDOW_OCTETS = 65_535;

    /** Each may have 16 MiB of responses with the network: see Admission. */
    private static final int MOST_LOOPS = 8;

    private final Fleet fleet;
    private final Server server;
    private final EventLoops loops;
    private final List<Lane> lanes;
    private final ExecutorService blocking;

    private XdsServer(
            Fleet fleet,
            Server server,
            EventLoops loops,
            List<Lane> lanes,
            ExecutorService blocking) {
        this.fleet = fleet;
        this.server = server;
        this.loops = loops;
        this.lanes = lanes;
        this.blocking = blocking;
    }

    /**
     * Files in PEM.
     *
     * @param clientCa who signs certificates of clients, which then need one; null: nobody needs
     *     one
     */
    public record Tls(Path certificate, Path key, @Nullable Path clientCa) {}

    /**
     * Starts serving.
     *
     * @param tls null: in clear text
     * @param reports gets what gateways tell of rollouts
     */
    public static XdsServer start(
            InetSocketAddress address, @Nullable Tls tls, Fleet fleet, Reports reports, Clock clock)
            throws IOException {
        ServerCredentials credentials = credentials(tls);
        int processors = Runtime.getRuntime().availableProcessors();
        var loops = new EventLoops(Math.min(processors, MOST_LOOPS));
        List<Lane> lanes = loops.threads().stream().map(fleet::open).toList();
        ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
        var builder =
                NettyServerBuilder.forAddress(address, credentials)
                        .channelType(loops.serverChannel())
                        .bossEventLoopGroup(loops.acceptor())
                        .workerEventLoopGroup(loops.group())
                        .directExecutor()
                        .maxInboundMessageSize(MOST_REQUEST_OCTETS)
                        .maxInboundMetadataSize(MOST_HEADER_OCTETS)
                        .maxConcurrentCallsPerConnection(MOST_STREAMS_PER_CONNECTION)
                        .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                        .keepAliveTimeout(KEEPALIVE_ANSWER_SECONDS, TimeUnit.SECONDS)
                        .permitKeepAliveTime(FASTEST_PING_SECONDS, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .flowControlWindow(WINDOW_OCTETS);
        new DiscoveryServices(new StreamHandler.Factory(fleet, () -> current(lanes), clock))
                .all()
                .forEach(builder::addService);
        builder.addService(ReportHandler.service(reports, fleet.gatekeeper()));
        builder.addService(new ClientStatusService(fleet, blocking).definition());
        var xds = new XdsServer(fleet, builder.build(), loops, lanes, blocking);
        try {
            xds.server.start();
        } catch (IOException e) {
            xds.close();
            throw e;
        }
        return xds;
    }

    private static Lane current(List<Lane> lanes) {
        for (Lane lane : lanes) {
            if (lane.isCurrent()) {
                return lane;
            }
        }
        throw new IllegalStateException("bug: a call on a thread that is no lane");
    }

    private static ServerCredentials credentials(@Nullable Tls tls) throws IOException {
        if (tls == null) {
            return InsecureServerCredentials.create();
        }
        var credentials =
                TlsServerCredentials.newBuilder()
                        .keyManager(tls.certificate().toFile(), tls.key().toFile());
        if (tls.clientCa() != null) {
            credentials.trustManager(tls.clientCa().toFile()).clientAuth(ClientAuth.REQUIRE);
        }
        return credentials.build();
    }

    /** Where it listens. */
    public int port() {
        return server.getPort();
    }

    /** Ends all streams. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            var _ = server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        lanes.forEach(fleet::close);
        loops.close();
        blocking.shutdown();
    }
}
