package io.postern.core.upstream;

import static io.postern.core.upstream.TestClusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.Cluster.Health;
import io.postern.core.upstream.StreamRequester.Failure;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostSetTest {
    private static Set<String> used(PoolRig rig, int requests) {
        Set<String> hosts = new HashSet<>();
        for (int i = 0; i < requests; i++) {
            rig.request();
            TestRequest request = new TestRequest();
            rig.request(request, io.postern.core.http.HttpConnection.Protocol.HTTP_1_1, List.of());
        }
        rig.connector.attempts.forEach(attempt -> hosts.add(attempt.host().hostname()));
        return hosts;
    }

    @Test
    void aClusterWithoutHostsSaysSo() {
        // Given
        PoolRig rig = new PoolRig(cluster());

        // When
        TestRequest request = rig.request();

        // Then
        assertThat(request.failure).isEqualTo(Failure.NO_HEALTHY_HOST);
        assertThat(request.host).isNull();
        assertThat(rig.stat("upstream_cx_none_healthy")).isEqualTo(1);
    }

    @Test
    void onlyHealthyHostsOfTheHighestPriorityAreUsed() {
        PoolRig rig =
                new PoolRig(
                        cluster()
                                .host("127.0.0.1", 1, 1, 0, Health.UNHEALTHY)
                                .host("127.0.0.2", 1, 1, 0, Health.HEALTHY)
                                .host("127.0.0.3", 1, 1, 1, Health.HEALTHY));
        assertThat(used(rig, 10)).containsExactly("127.0.0.2:1");
        assertThat(rig.stat("membership_total")).isEqualTo(3);
        assertThat(rig.stat("membership_healthy")).isEqualTo(2);
    }

    @Test
    void theNextPriorityServesWhenNobodyIsHealthy() {
        PoolRig rig =
                new PoolRig(
                        cluster()
                                .host("127.0.0.1", 1, 1, 0, Health.DRAINING)
                                .host("127.0.0.3", 1, 1, 1, Health.HEALTHY));
        assertThat(used(rig, 10)).containsExactly("127.0.0.3:1");
    }

    @Test
    void withoutAnyHealthyHostAllAreUsed() {
        PoolRig rig =
                new PoolRig(
                        cluster()
                                .host("127.0.0.1", 1, 1, 0, Health.UNHEALTHY)
                                .host("127.0.0.2", 1, 1, 0, Health.TIMEOUT));
        assertThat(used(rig, 10)).containsExactlyInAnyOrder("127.0.0.1:1", "127.0.0.2:1");
    }

    @Test
    void aHostTriedBeforeIsAvoidedWhileThereIsAnother() {
        // Given
        PoolRig rig = new PoolRig(cluster().host("127.0.0.1", 1).host("127.0.0.2", 1));
        TestRequest first = rig.request();
        rig.connector.refuse();
        UpstreamHost tried = Objects.requireNonNull(first.host);

        // When
        for (int i = 0; i < 5; i++) {
            rig.request(List.of(tried));
        }

        // Then
        assertThat(rig.connector.attempts)
                .hasSize(5)
                .noneSatisfy(attempt -> assertThat(attempt.host()).isSameAs(tried));
    }

    @Test
    void theOnlyHostIsUsedEvenIfItWasTriedBefore() {
        // Given
        PoolRig rig = new PoolRig(cluster().host("127.0.0.1", 1));
        TestRequest first = rig.request();
        rig.connector.refuse();

        // When
        TestRequest second = rig.request(List.of(Objects.requireNonNull(first.host)));
        rig.connector.succeed();

        // Then
        assertThat(second.stream).isNotNull();
    }

    @Test
    void aHostThatStaysKeepsItsConnectionsAndOneThatGoesLosesThem() {
        // Given
        PoolRig rig = new PoolRig(cluster().host("127.0.0.1", 1).host("127.0.0.2", 1));
        rig.request();
        rig.request();
        FakeConnection one = rig.connector.succeed();
        FakeConnection two = rig.connector.succeed();
        one.endOldest(true);
        two.endOldest(true);

        // When
        rig.hosts(cluster().host("127.0.0.2", 1).host("127.0.0.3", 1).build());

        // Then
        assertThat(List.of(one.closed, two.closed)).containsExactlyInAnyOrder(true, false);
        assertThat(rig.stat("membership_total")).isEqualTo(2);
    }

    @Test
    void anAddressListedTwiceIsOneHost() {
        // Given
        PoolRig rig = new PoolRig(cluster().host("127.0.0.1", 1).host("127.0.0.1", 1));
        rig.request();
        rig.request();
        FakeConnection one = rig.connector.succeed();
        FakeConnection two = rig.connector.succeed();
        one.endOldest(true);
        two.endOldest(true);

        // When
        rig.cluster.remove();

        // Then
        assertThat(List.of(one.closed, two.closed)).containsOnly(true);
    }

    @Test
    void resultsAreCountedPerHost() {
        // Given
        PoolRig rig = new PoolRig(cluster().host("127.0.0.1", 1));
        TestRequest request = rig.request();
        rig.connector.succeed();
        HostOnWorker host = (HostOnWorker) Objects.requireNonNull(request.host);

        // When
        host.onResponse(200);
        host.onResponse(404);
        host.onResponse(503);
        host.onNoResponse(true);

        // Then
        ClusterView.Counts counts = ClusterView.Counts.of(host.spec().tally());
        assertThat(counts).isEqualTo(new ClusterView.Counts(1, 0, 1, 1, 2, 2, 1, 1));
    }
}
