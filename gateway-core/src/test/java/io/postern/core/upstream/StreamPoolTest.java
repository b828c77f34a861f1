package io.postern.core.upstream;

import static io.postern.core.upstream.TestClusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Sockets;
import io.postern.config.model.Cluster.Thresholds;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.core.upstream.StreamRequester.Failure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamPoolTest {
    private static TestClusters oneHost() {
        return cluster().host("127.0.0.1", 80);
    }

    @Test
    void aRequestWaitsForItsConnectionAndReusesItAfterwards() {
        // Given
        PoolRig rig = new PoolRig(oneHost());
        TestRequest first = rig.request();
        assertThat(first.isAnswered()).isFalse();
        FakeConnection connection = rig.connector.succeed();
        assertThat(first.stream).isNotNull();

        // When
        connection.endOldest(true);
        TestRequest second = rig.request();

        // Then
        assertThat(second.fakeStream().connection()).isSameAs(connection);
        assertThat(rig.connector.started).isEqualTo(1);
        assertThat(rig.stat("upstream_cx_total")).isEqualTo(1);
        assertThat(rig.stat("upstream_cx_http1_total")).isEqualTo(1);
        assertThat(rig.stat("upstream_rq_pending_total")).isEqualTo(1);
        assertThat(rig.stat("upstream_rq_pending_active")).isZero();
    }

    @Test
    void theConnectionUsedLastIsUsedNext() {
        // Given
        PoolRig rig = new PoolRig(oneHost());
        rig.request();
        rig.request();
        FakeConnection one = rig.connector.succeed();
        FakeConnection two = rig.connector.succeed();

        // When
        two.endOldest(true);
        one.endOldest(true);

        // Then
        assertThat(rig.request().fakeStream().connection()).isSameAs(one);
        assertThat(rig.request().fakeStream().connection()).isSameAs(two);
    }

    @Test
    void aFreedConnectionServesWhoWaits() {
        // Given
        PoolRig rig = new PoolRig(oneHost().limits(1, 1024, 1024, 3));
        TestRequest first = rig.request();
        FakeConnection connection = rig.connector.succeed();
        TestRequest second = rig.request();
        assertThat(second.isAnswered()).isFalse();
        assertThat(rig.stat("upstream_cx_overflow")).isEqualTo(1);

        // When
        connection.endOldest(true);

        // Then
        assertThat(second.stream).isNotNull();
        assertThat(first.fakeStream().isOpen()).isFalse();
        assertThat(rig.connector.started).isEqualTo(1);
    }

    @Test
    void oneHostHasNoMoreConnectionsThanItsOwnLimit() {
        // Given
        var perHost = new Thresholds(1024, 1024, 1024, 3, null, false, 2L);
        PoolRig rig = new PoolRig(oneHost().host("127.0.0.2", 80).limits(perHost).build(), 1);

        // When
        for (int i = 0; i < 8; i++) {
            rig.request();
        }

        // Then: two for each host, and the others wait
        assertThat(rig.connector.started).isEqualTo(4);
        assertThat(rig.stat("upstream_cx_overflow")).isPositive();

        // When
        FakeConnection connection = rig.connector.succeed();
        connection.endOldest(true);

        // Then
        assertThat(rig.connector.started).isEqualTo(4);
        assertThat(rig.stat("upstream_rq_pending_active")).isEqualTo(6);
    }

    @Test
    void clientsShareNoConnectionsWhereTheClusterWantsItSo() {
        // Given
        PoolRig rig = new PoolRig(oneHost().sockets(new Sockets(null, null, 1, null, true)));
        TestRequest first = rig.request(7);
        FakeConnection ofFirst = rig.connector.succeed();
        ofFirst.endOldest(true);

        // When
        TestRequest other = rig.request(8);
        FakeConnection ofOther = rig.connector.succeed();
        TestRequest again = rig.request(7);

        // Then
        assertThat(first.fakeStream().connection()).isSameAs(ofFirst);
        assertThat(other.fakeStream().connection()).isSameAs(ofOther).isNotSameAs(ofFirst);
        assertThat(again.fakeStream().connection()).isSameAs(ofFirst);
    }

    @Test
    void aPoolWithoutAnyConnectionGetsOneBeyondTheLimit() {
        // Given
        PoolRig rig =
                new PoolRig(oneHost().host("127.0.0.2", 80).limits(1, 1024, 1024, 3).build(), 1);

        // When
        rig.request();
        rig.request();

        // Then
        assertThat(rig.connector.started).isEqualTo(2);
        assertThat(rig.stat("upstream_cx_overflow")).isEqualTo(1);
        assertThat(rig.stat("upstream_cx_active")).isEqualTo(2);
    }

    @Test
    void whoFindsTheQueueFullIsTurnedAway() {
        // Given
        PoolRig rig = new PoolRig(oneHost().limits(1, 1, 1024, 3));
        rig.request();

        // When
        TestRequest second = rig.request();

        // Then
        assertThat(second.failure).isEqualTo(Failure.OVERFLOW);
        assertThat(rig.stat("upstream_rq_pending_overflow")).isEqualTo(1);
    }

    @Test
    void maxRequestsTurnsAwayEvenWithAReadyConnection() {
        // Given
        PoolRig rig = new PoolRig(oneHost().protocol(Cluster.Protocol.HTTP2).limits(9, 9, 1, 3));
        TestRequest first = rig.request();
        rig.connector.succeed(Protocol.HTTP_2, 100);

        // When
        TestRequest second = rig.request();
        first.fakeStream().end();
        TestRequest third = rig.request();

        // Then
        assertThat(second.failure).isEqualTo(Failure.OVERFLOW);
        assertThat(third.stream).isNotNull();
        assertThat(rig.stat("upstream_rq_pending_overflow")).isEqualTo(1);
    }

    @Test
    void aRefusedConnectionFailsEverybodyWhoWaits() {
        // Given
        PoolRig rig = new PoolRig(oneHost());
        TestRequest first = rig.request();
        TestRequest second = rig.request();

        // When
        rig.connector.refuse();

        // Then
        assertThat(List.of(first, second))
                .allSatisfy(request -> {
                    assertThat(request.failure).isEqualTo(Failure.CONNECTION_FAILURE);
                    assertThat(request.failureText)
                            .isEqualTo("delayed connect error: Connection refused");
                    assertThat(request.host).isNotNull();
                });
        assertThat(rig.stat("upstream_cx_connect_fail")).isEqualTo(1);
        assertThat(rig.stat("upstream_rq_pending_failure_eject")).isEqualTo(2);
    }

    @Test
    void aConnectionThatTakesTooLongIsGivenUp() {
        // Given
        PoolRig rig = new PoolRig(oneHost().connectTimeout(Duration.ofMillis(250)));
        TestRequest request = rig.request();

        // When
        rig.worker.pass(Duration.ofMillis(250).toNanos());

        // Then
        assertThat(request.failure).isEqualTo(Failure.CONNECTION_TIMEOUT);
        assertThat(rig.connector.attempts).isEmpty();
        assertThat(rig.stat("upstream_cx_connect_timeout")).isEqualTo(1);
        assertThat(rig.stat("upstream_cx_connect_fail")).isEqualTo(1);
        assertThat(rig.stat("upstream_cx_active")).isZero();
    }

    @Test
    void askingAgainInsideTheFailureCallbackWorks() {
        // Given
        PoolRig rig = new PoolRig(oneHost());
        TestRequest retry = new TestRequest();
        TestRequest first = rig.request();
        first.whenAnswered = () -> rig.request(retry, Protocol.HTTP_1_1, List.of());

        // When
        rig.connector.refuse();
        rig.connector.succeed();

        // Then
        assertThat(retry.stream).isNotNull();
        assertThat(rig.connector.started).isEqualTo(2);
    }

    @Test
    void aCancelledRequestHearsNothingMore() {
        // Given
        PoolRig rig = new PoolRig(oneHost());
        TestRequest request = rig.request();

        // When
        request.cancel();
        rig.connector.succeed();

        // Then
        assertThat(request.isAnswered()).isFalse();
        assertThat(rig.stat("upstream_rq_pending_active")).isZero();
        assertThat(rig.stat("upstream_rq_cancelled")).isEqualTo(1);
        assertThat(rig.request().stream).isNotNull();
    }

    @Test
    void http2SharesAConnectionUpToThePeersLimit() {
        // Given
        PoolRig rig = new PoolRig(oneHost().protocol(Cluster.Protocol.HTTP2));
        List<TestRequest> requests = List.of(rig.request(), rig.request(), rig.request());
        assertThat(rig.connector.started).isEqualTo(1);

        // When
        rig.connector.succeed(Protocol.HTTP_2, 2);
        rig.connector.succeed(Protocol.HTTP_2, 2);

        // Then
        assertThat(requests).allSatisfy(request -> assertThat(request.stream).isNotNull());
        assertThat(rig.connector.started).isEqualTo(2);
        assertThat(rig.stat("upstream_cx_http2_total")).isEqualTo(2);
    }

    @Test
    void aRaisedLimitServesWhoWaits() {
        // Given
        PoolRig rig = new PoolRig(oneHost().protocol(Cluster.Protocol.HTTP2).limits(1, 9, 9, 3));
        rig.request();
        FakeConnection connection = rig.connector.succeed(Protocol.HTTP_2, 1);
        TestRequest second = rig.request();

        // When
        connection.limit(10);

        // Then
        assertThat(second.stream).isNotNull();
    }

    @Test
    void withAlpnAnHttp1AnswerMeansAConnectionPerRequest() {
        // Given
        PoolRig rig = new PoolRig(oneHost().protocol(Cluster.Protocol.AUTO));
        rig.request();
        rig.request();
        assertThat(rig.connector.started).isEqualTo(1);

        // When
        rig.connector.succeed(Protocol.HTTP_1_1, 1);

        // Then
        assertThat(rig.connector.started).isEqualTo(2);
    }

    @Test
    void downstreamProtocolChoosesThePool() {
        // Given
        PoolRig rig = new PoolRig(oneHost().protocol(Cluster.Protocol.DOWNSTREAM));

        // When
        rig.request(new TestRequest(), Protocol.HTTP_1_0, List.of());
        rig.request(new TestRequest(), Protocol.HTTP_2, List.of());

        // Then
        assertThat(rig.connector.attempts)
                .extracting(FakeConnector.Attempt::offer)
                .containsExactly(Offer.HTTP1, Offer.HTTP2);
    }

    @Test
    void retriesAreLimited() {
        // Given
        PoolRig rig = new PoolRig(oneHost().limits(9, 9, 9, 1));

        // When
        boolean first = rig.cluster.tryRetry(false);
        boolean second = rig.cluster.tryRetry(false);
        rig.cluster.retryEnded(false);
        boolean third = rig.cluster.tryRetry(false);

        // Then
        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(third).isTrue();
    }
}
