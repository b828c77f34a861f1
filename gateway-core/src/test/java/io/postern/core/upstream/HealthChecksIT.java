package io.postern.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.postern.config.model.Cluster;
import io.postern.config.model.HealthCheck;
import io.postern.config.model.HealthCheck.Intervals;
import io.postern.config.model.HealthCheck.Probe;
import io.postern.config.model.HealthCheck.Statuses;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthChecksIT {
    private static final Duration OFTEN = Duration.ofMillis(20);

    private final SocketRig rig = new SocketRig();

    @TempDir Path dir;

    @AfterEach
    void close() {
        rig.close();
    }

    private HealthCheck check(Probe probe) {
        Intervals intervals =
                new Intervals(
                        OFTEN, OFTEN, OFTEN, OFTEN, OFTEN, OFTEN, Duration.ZERO, Duration.ZERO, 0);
        return new HealthCheck(
                Duration.ofSeconds(2),
                intervals,
                1,
                1,
                0,
                true,
                dir.resolve("events").toString(),
                false,
                false,
                probe);
    }

    private static Probe http(int status, boolean http2) {
        return new Probe.Http(
                "",
                "/",
                "GET",
                List.of(),
                List.of(),
                List.of(new Statuses(status, status + 1)),
                List.of(),
                http2,
                null,
                new byte[0],
                List.of(),
                1024);
    }

    private List<String> flags() {
        return rig.directory.view().getFirst().hosts().stream()
                .map(ClusterView.Host::healthFlags)
                .toList();
    }

    private static int unusedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aClusterIsWarmWhenEveryHostWasProbedAndOnlyHealthyOnesGetRequests() throws Exception {
        try (OriginServer origin = new OriginServer(rig.loops, null)) {
            // Given
            rig.use(
                    TestClusters.cluster()
                            .host("127.0.0.1", origin.port())
                            .host("127.0.0.1", unusedPort())
                            .check(check(http(200, false))));

            // When
            List<String> answers = rig.getMany(6);

            // Then
            assertThat(flags()).containsExactly("healthy", "/failed_active_hc");
            assertThat(answers).containsOnly("200 HTTP/1.1");
            assertThat(rig.stat("membership_healthy")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, /failed_active_hc", "true, /failed_active_hc/pending_active_hc"})
    void aNewHostDoesNotCountUntilItsFirstCheckWhereThatIsWanted(boolean ignored, String flags) {
        // Given
        Cluster cluster =
                TestClusters.cluster()
                        .host("127.0.0.1", 1)
                        .check(check(http(200, false)))
                        .hostLoss(new Cluster.HostLoss(false, false, false, ignored))
                        .build();
        var group = cluster.endpoints().getFirst();
        // When
        HostSpec host =
                new HostBook(cluster, UpstreamChannels.NIO, 1)
                        .fixed(group, group.endpoints().getFirst());
        // Then
        assertThat(HealthFlags.text(host.flags())).isEqualTo(flags);
        assertThat(host.isExcluded()).isEqualTo(ignored);
        assertThat(host.isHealthy()).isFalse();
    }

    @Test
    void aHostThatGoesAwayIsFoundOutAndLogged() throws Exception {
        // Given
        OriginServer origin = new OriginServer(rig.loops, null);
        rig.use(
                TestClusters.cluster()
                        .host("127.0.0.1", origin.port())
                        .check(check(http(200, false))));
        assertThat(flags()).containsExactly("healthy");

        // When
        origin.close();

        // Then
        await().until(() -> flags().contains("/failed_active_hc"));
        await().until(() ->
                Files.readString(dir.resolve("events"), StandardCharsets.UTF_8)
                        .contains("\"eject_unhealthy_event\":{\"failure_type\":\"NETWORK\"}"));
        assertThat(Files.readString(dir.resolve("events"), StandardCharsets.UTF_8))
                .startsWith("{\"health_checker_type\":\"HTTP\",\"host\":{\"socket_address\":")
                .contains("\"add_healthy_event\":{\"first_check\":true}");
    }

    @Test
    void aWrongStatusIsUnhealthy() throws Exception {
        try (OriginServer origin = new OriginServer(rig.loops, null)) {
            rig.use(
                    TestClusters.cluster()
                            .host("127.0.0.1", origin.port())
                            .check(check(http(204, false))));
            assertThat(flags()).containsExactly("/failed_active_hc");
        }
    }

    @Test
    void aConnectionThatIsAcceptedIsEnoughForTcp() throws Exception {
        try (OriginServer origin = new OriginServer(rig.loops, null)) {
            rig.use(
                    TestClusters.cluster()
                            .host("127.0.0.1", origin.port())
                            .host("127.0.0.1", unusedPort())
                            .check(check(new Probe.Tcp(new byte[0], List.of()))));
            assertThat(flags()).containsExactly("healthy", "/failed_active_hc");
        }
    }

    @Test
    void octetsMustComeBackForTcpWhereTheyAreExpected() throws Exception {
        try (OriginServer origin = new OriginServer(rig.loops, null)) {
            // Given: what an HTTP server says to a request
            byte[] request =
                    "GET / HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            byte[] version = "HTTP/1.1".getBytes(StandardCharsets.US_ASCII);
            byte[] status = " 200 ".getBytes(StandardCharsets.US_ASCII);

            // When
            rig.use(
                    TestClusters.cluster()
                            .host("127.0.0.1", origin.port())
                            .check(check(new Probe.Tcp(request, List.of(version, status)))));

            // Then
            assertThat(flags()).containsExactly("healthy");
            await().until(() -> rig.stat("health_check.success") > 3);
            assertThat(rig.stat("health_check.failure")).isZero();
        }
    }

    @Test
    void aClusterThatIsReplacedIsNotProbedAnyMore() throws Exception {
        try (OriginServer origin = new OriginServer(rig.loops, null)) {
            // Given
            rig.use(
                    TestClusters.cluster()
                            .host("127.0.0.1", origin.port())
                            .check(check(http(200, false))));

            // When
            rig.use();

            // Then
            await().until(() -> rig.stat("health_check.healthy") == 0);
            assertThat(rig.directory.view()).isEmpty();
        }
    }
}
