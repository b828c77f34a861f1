package io.postern.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.pkitesting.X509Bundle;
import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.Cluster.DnsFamily;
import io.postern.config.model.Cluster.DnsLookups;
import io.postern.config.model.Cluster.Protocol;
import io.postern.core.tls.TestPki;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterDirectoryIT {
    private final SocketRig rig = new SocketRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private static TestClusters local(int port) {
        return TestClusters.cluster().host("127.0.0.1", port);
    }

    private static int unusedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void requestsShareAConnectionOneAfterTheOther() throws Exception {
        try (OriginServer origin = new OriginServer(rig.loops, null)) {
            // Given
            rig.use(local(origin.port()));

            // When
            String first = rig.get();
            String second = rig.get();

            // Then
            assertThat(List.of(first, second)).containsOnly("200 HTTP/1.1");
            assertThat(rig.stat("upstream_cx_total")).isEqualTo(1);
            ClusterView.Host host = rig.directory.view().getFirst().hosts().getFirst();
            assertThat(host.address()).isEqualTo("127.0.0.1:" + origin.port());
            assertThat(host.counts().cxActive()).isEqualTo(1);
            assertThat(host.counts().rqTotal()).isEqualTo(2);
            await().until(() ->
                    rig.directory.view().getFirst().hosts().getFirst().counts().rqActive() == 0);
        }
    }

    @Test
    void aRefusedConnectionIsToldInEnvoysWords() throws Exception {
        rig.use(local(unusedPort()));
        assertThat(rig.get())
                .isEqualTo("CONNECTION_FAILURE delayed connect error: Connection refused");
    }

    @Test
    void aConnectionThatNobodyAcceptsTimesOut() throws Exception {
        // Given: a backlog that is full, so that the handshake of one more gets no answer
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 8; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(full.getLocalSocketAddress());
                waiting.add(channel);
            }
            rig.use(local(full.getLocalPort()).connectTimeout(Duration.ofMillis(200)));

            // When
            String answer = rig.get();

            // Then
            assertThat(answer).isEqualTo("CONNECTION_TIMEOUT ");
            assertThat(rig.stat("upstream_cx_connect_timeout")).isEqualTo(1);
        } finally {
            for (SocketChannel channel : waiting) {
                channel.close();
            }
        }
    }

    @Test
    void aConnectionClosedByThePeerWhileIdleIsReplaced() throws Exception {
        try (OriginServer origin = new OriginServer(rig.loops, null)) {
            // Given
            rig.use(local(origin.port()));
            rig.get();

            // When
            origin.closeConnections();
            await().until(() -> rig.stat("upstream_cx_active") == 0);

            // Then
            assertThat(rig.get()).isEqualTo("200 HTTP/1.1");
            assertThat(rig.stat("upstream_cx_total")).isEqualTo(2);
        }
    }

    @Test
    void anIdleConnectionIsClosedAfterItsTime() throws Exception {
        try (OriginServer origin = new OriginServer(rig.loops, null)) {
            rig.use(local(origin.port()).idleTimeout(Duration.ofMillis(50)));
            assertThat(rig.get()).isEqualTo("200 HTTP/1.1");
            await().until(() -> rig.stat("upstream_cx_idle_timeout") == 1);
            await().until(() -> !Objects.requireNonNull(origin.connections.peek()).isOpen());
        }
    }

    @Test
    void aUnixDomainSocketIsAHost(@TempDir Path dir) throws Exception {
        Path path = dir.resolve("s");
        try (var _ = new OriginServer(rig.loops, null, UnixDomainSocketAddress.of(path))) {
            rig.use(TestClusters.cluster().pipe(path.toString()));
            assertThat(rig.get()).isEqualTo("200 HTTP/1.1");
        }
    }

    @Test
    void anHttp2ConnectionIsAgreedOnByAlpn() throws Exception {
        X509Bundle pki = TestPki.selfSigned("origin.test");
        try (OriginServer origin =
                new OriginServer(rig.loops, TestPki.server(pki, "h2", "http/1.1"))) {
            // Given
            rig.use(
                    local(origin.port())
                            .protocol(Protocol.AUTO)
                            .tls(TestPki.client(TestPki.trusting(pki), "origin.test")));

            // When
            String first = rig.get();
            String second = rig.get();

            // Then
            assertThat(List.of(first, second)).containsOnly("200 HTTP/2");
            assertThat(rig.stat("upstream_cx_http2_total")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"HTTP1", "AUTO"})
    void manyRequestsAtOnceAreAllServedAndTheBooksBalance(Protocol protocol) throws Exception {
        X509Bundle pki = TestPki.selfSigned("origin.test");
        try (OriginServer origin =
                new OriginServer(rig.loops, TestPki.server(pki, "h2", "http/1.1"))) {
            // Given
            rig.use(
                    local(origin.port())
                            .protocol(protocol)
                            .limits(3, 1024, 1024, 3)
                            .tls(TestPki.client(TestPki.trusting(pki), "origin.test")));

            // When
            List<String> answers = rig.getMany(300);

            // Then
            assertThat(answers)
                    .hasSize(300)
                    .containsOnly(protocol == Protocol.HTTP1 ? "200 HTTP/1.1" : "200 HTTP/2");
            assertThat(rig.stat("upstream_cx_total")).isBetween(1L, 3L);
            await().until(() ->
                    rig.directory.view().getFirst().hosts().getFirst().counts().rqActive() == 0);
            assertThat(rig.stat("upstream_rq_pending_active")).isZero();
        }
    }

    @Test
    void anHttp1ClusterOffersNoHttp2() throws Exception {
        X509Bundle pki = TestPki.selfSigned("origin.test");
        try (OriginServer origin =
                new OriginServer(rig.loops, TestPki.server(pki, "h2", "http/1.1"))) {
            rig.use(local(origin.port()).tls(TestPki.client(TestPki.trusting(pki), "")));
            assertThat(rig.get()).isEqualTo("200 HTTP/1.1");
        }
    }

    @Test
    void aPeerThatIsNotTrustedFailsTheRequestsThatWait() throws Exception {
        X509Bundle pki = TestPki.selfSigned("origin.test");
        X509Bundle other = TestPki.selfSigned("other.test");
        try (OriginServer origin = new OriginServer(rig.loops, TestPki.server(pki))) {
            rig.use(local(origin.port()).tls(TestPki.client(TestPki.trusting(other), "")));
            assertThat(rig.get())
                    .isEqualTo(
                            "CONNECTION_FAILURE TLS_error:|268435581:SSL"
                                    + " routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify cert"
                                    + " failed: X509_verify_cert: certificate verification error at"
                                    + " depth 0: self signed certificate:TLS_error_end");
            assertThat(rig.stat("upstream_cx_connect_fail")).isEqualTo(1);
        }
    }

    @Test
    void aPeerThatSpeaksNoTlsFails() throws Exception {
        try (OriginServer origin = new OriginServer(rig.loops, null)) {
            rig.use(local(origin.port()).tls(TestPki.client(null, "origin.test")));
            assertThat(rig.get())
                    .isEqualTo(
                            "CONNECTION_FAILURE TLS_error:|268435703:SSL"
                                    + " routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"strict", "logical"})
    void localhostIsAName(String kind) throws Exception {
        try (OriginServer origin = new OriginServer(rig.loops, null)) {
            Duration rate = Duration.ofSeconds(5);
            Discovery dns =
                    kind.equals("strict")
                            ? new Discovery.StrictDns(
                                    DnsLookups.every(rate, false, DnsFamily.V4_ONLY))
                            : new Discovery.LogicalDns(
                                    DnsLookups.every(rate, false, DnsFamily.V4_ONLY));
            rig.use(TestClusters.cluster().host("localhost", origin.port()).discovery(dns));
            assertThat(rig.get()).isEqualTo("200 HTTP/1.1");
            assertThat(rig.directory.view().getFirst().hosts().getFirst().hostname())
                    .isEqualTo("localhost");
        }
    }

    @Test
    void replacingTheClustersKeepsConnectionsOfThoseThatDidNotChange() throws Exception {
        try (OriginServer origin = new OriginServer(rig.loops, null)) {
            // Given
            rig.use(local(origin.port()));
            rig.get();

            // When
            rig.use(local(origin.port()));
            rig.get();
            long totalUnchanged = rig.stat("upstream_cx_total");
            rig.use(local(origin.port()).maxRequestsPerConnection(7));
            rig.get();
            long totalChanged = rig.stat("upstream_cx_total");
            rig.use();

            // Then
            assertThat(totalUnchanged).isEqualTo(1);
            assertThat(totalChanged).isEqualTo(2);
            assertThat(rig.get()).isEqualTo("no cluster");
            await().until(() -> rig.stat("upstream_cx_active") == 0);
        }
    }

    @Test
    void aClusterThatCannotBeSetUpChangesNothing() throws Exception {
        try (OriginServer origin = new OriginServer(rig.loops, null)) {
            rig.use(local(origin.port()));
            Cluster named = TestClusters.cluster().host("origin.test", 80).build("other");
            assertThatThrownBy(() -> rig.directory.replace(List.of(named)))
                    .isInstanceOf(ClusterConfigException.class)
                    .hasMessageContaining("[type=Cluster, name='other'] malformed IP address")
                    .hasMessageContaining("STRICT_DNS");
            assertThat(rig.get()).isEqualTo("200 HTTP/1.1");
        }
    }

    @Test
    void aWorkerThatJoinsLateGetsTheClustersThereAre() throws Exception {
        try (OriginServer origin = new OriginServer(rig.loops, null)) {
            // Given
            rig.use(local(origin.port()));

            // When
            var loop = rig.loops.next();
            WorkerClusters late =
                    rig.directory.forWorker(
                            new UpstreamLoop(
                                    new LoopWorker(loop, new TestMetrics()),
                                    loop,
                                    (_, _, _, _, _) -> {
                                        throw new AssertionError("no request is made");
                                    },
                                    new java.util.Random(1)));

            // Then
            assertThat(loop.submit(() -> late.find("origin") != null).get()).isTrue();
        }
    }

    @Test
    void anAddressIsWrittenAsInEnvoy() {
        assertThat(AddressText.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 80)))
                .isEqualTo("127.0.0.1:80");
    }
}
