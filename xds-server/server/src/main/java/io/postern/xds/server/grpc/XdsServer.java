package io.postern.xds.server.grpc;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.netty.NettyServerBuilder;
import io.postern.xds.server.fleet.Fleet;
import io.postern.xds.server.rollout.Reports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
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

    private final Server server;
    private final ExecutorService blocking;

    private XdsServer(Server server, ExecutorService blocking) {
        this.server = server;
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
        var builder =
                NettyServerBuilder.forAddress(address, credentials(tls))
                        .directExecutor()
                        .maxInboundMessageSize(MOST_REQUEST_OCTETS)
                        .maxInboundMetadataSize(MOST_HEADER_OCTETS)
                        .maxConcurrentCallsPerConnection(MOST_STREAMS_PER_CONNECTION)
                        .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                        .keepAliveTimeout(KEEPALIVE_ANSWER_SECONDS, TimeUnit.SECONDS)
                        .permitKeepAliveTime(FASTEST_PING_SECONDS, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .flowControlWindow(WINDOW_OCTETS);
        new DiscoveryServices(new StreamHandler.Factory(fleet, clock))
                .all()
                .forEach(builder::addService);
        builder.addService(ReportHandler.service(reports, fleet.gatekeeper()));
        ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
        builder.addService(new ClientStatusService(fleet, blocking).definition());
        return new XdsServer(builder.build().start(), blocking);
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
        blocking.shutdown();
    }
}
