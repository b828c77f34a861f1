package io.postern.core.upstream;

import static io.postern.core.upstream.TestClusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.Address;
import io.postern.config.model.Cluster.Endpoint;
import io.postern.config.model.Cluster.Health;
import io.postern.config.model.LoadBalancing;
import io.postern.config.model.LoadBalancing.Localities;
import io.postern.config.model.LoadBalancing.Policy;
import io.postern.config.model.LoadBalancing.SlowStart;
import io.postern.core.upstream.StreamRequester.Failure;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    void onlyHealthyHostsOfTheHighestPriorityAreUsedWhileTheyAreEnough() {
        // Given: three of four are well, which the overprovisioning factor makes a whole
        PoolRig rig =
                new PoolRig(
                        cluster()
                                .host("127.0.0.1", 1, 1, 0, Health.UNHEALTHY)
                                .host("127.0.0.2", 1, 1, 0, Health.HEALTHY)
                                .host("127.0.0.3", 1, 1, 0, Health.UNKNOWN)
                                .host("127.0.0.4", 1, 1, 0, Health.HEALTHY)
                                .host("127.0.0.5", 1, 1, 1, Health.HEALTHY));

        // Then
        assertThat(used(rig, 30))
                .containsExactlyInAnyOrder("127.0.0.2:1", "127.0.0.3:1", "127.0.0.4:1");
        assertThat(rig.stat("membership_total")).isEqualTo(5);
        assertThat(rig.stat("membership_healthy")).isEqualTo(4);
    }

    @Test
    void whatAPriorityLacksGoesToTheNextOne() {
        // Given: half of the first priority is well: 70 percent, the rest is the next one's
        PoolRig rig =
                new PoolRig(
                        cluster()
                                .host("127.0.0.1", 1, 1, 0, Health.UNHEALTHY)
                                .host("127.0.0.2", 1, 1, 0, Health.HEALTHY)
                                .host("127.0.0.3", 1, 1, 1, Health.HEALTHY));

        // When
        Map<String, Integer> picks = picks(rig, 1000);

        // Then
        assertThat(picks.get("127.0.0.2:1")).isBetween(650, 750);
        assertThat(picks.get("127.0.0.3:1")).isBetween(250, 350);
    }

    @Test
    void degradedHostsServeWhenHealthyOnesAreNotEnough() {
        PoolRig rig =
                new PoolRig(
                        cluster()
                                .host("127.0.0.1", 1, 1, 0, Health.DEGRADED)
                                .host("127.0.0.2", 1, 1, 0, Health.HEALTHY));
        Map<String, Integer> picks = picks(rig, 1000);
        assertThat(picks.get("127.0.0.1:1")).isBetween(250, 350);
        assertThat(rig.stat("membership_degraded")).isEqualTo(1);
    }

    @Test
    void localitiesGetTheirWeight() {
        // Given: one zone has half of its hosts, and so 70 percent of its weight
        PoolRig rig =
                new PoolRig(
                        cluster()
                                .balancing(
                                        new LoadBalancing(
                                                new Policy.RoundRobin(),
                                                new Localities.Weighted(),
                                                50,
                                                null,
                                                null,
                                                List.of()))
                                .locality("a", 3, 0, end("127.0.0.1", Health.HEALTHY))
                                .locality(
                                        "b",
                                        1,
                                        0,
                                        end("127.0.0.2", Health.HEALTHY),
                                        end("127.0.0.3", Health.UNHEALTHY)));

        // When
        Map<String, Integer> picks = picks(rig, 3700);

        // Then
        assertThat(picks.get("127.0.0.1:1")).isBetween(2995, 3005);
        assertThat(picks.get("127.0.0.2:1")).isBetween(695, 705);
    }

    @Test
    void aHostThatIsNewStartsSlowly() {
        // Given
        PoolRig rig =
                new PoolRig(
                        cluster()
                                .balancing(
                                        new LoadBalancing(
                                                new Policy.RoundRobin(),
                                                new Localities.ZoneAware(100, 6, false),
                                                50,
                                                new SlowStart(Duration.ofSeconds(60), 1, 10),
                                                null,
                                                List.of()))
                                .host("127.0.0.1", 1)
                                .host("127.0.0.2", 1));
        rig.cluster
                .hostOf("127.0.0.1:1")
                .spec()
                .state()
                .servesSince(-Duration.ofHours(1).toNanos());
        rig.cluster.hostOf("127.0.0.2:1").spec().state().servesSince(0);

        // When
        Map<String, Integer> atFirst = picks(rig, 1100);
        rig.worker.pass(Duration.ofSeconds(60).toNanos());
        Map<String, Integer> later = picks(rig, 1000);

        // Then: a tenth of the other's, then as much
        assertThat(atFirst.get("127.0.0.2:1")).isBetween(95, 110);
        assertThat(later.get("127.0.0.2:1")).isBetween(495, 515);
    }

    private static Endpoint end(String ip, Health health) {
        return TestClusters.endpoint(new Address.Socket(ip, 1), 1, health);
    }

    private static Map<String, Integer> picks(PoolRig rig, int requests) {
        Map<String, Integer> picks = new HashMap<>();
        for (int i = 0; i < requests; i++) {
            HostOnWorker host = rig.choose();
            picks.merge(host.spec().key(), 1, Integer::sum);
        }
        return picks;
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
