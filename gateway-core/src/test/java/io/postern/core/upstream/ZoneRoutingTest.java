package io.postern.core.upstream;

import static io.postern.core.upstream.TestClusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.postern.config.model.Address;
import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Endpoint;
import io.postern.config.model.Cluster.Health;
import io.postern.config.model.LoadBalancing;
import io.postern.config.model.LoadBalancing.Localities;
import io.postern.config.model.LoadBalancing.Policy;
import io.postern.core.upstream.HostSpec.Locality;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ZoneRoutingTest {
    private static final int REQUESTS = 10_000;

    private static Endpoint[] hosts(int zone, int count) {
        var hosts = new Endpoint[count];
        for (int i = 0; i < count; i++) {
            hosts[i] =
                    TestClusters.endpoint(
                            new Address.Socket("127.0." + zone + "." + (i + 1), 80),
                            1,
                            Health.HEALTHY);
        }
        return hosts;
    }

    /** A cluster with so many hosts in the zones a, b and c. */
    private static TestClusters inZones(int a, int b, int c) {
        return cluster()
                .locality("a", 0, 0, hosts(1, a))
                .locality("b", 0, 0, hosts(2, b))
                .locality("c", 0, 0, hosts(3, c));
    }

    /** Percent of the requests that go to each zone, as a gateway in zone a sees it. */
    private static Map<String, Double> shares(
            TestClusters cluster, Localities localities, PoolRig gateways) {
        PoolRig rig =
                new PoolRig(
                        cluster.balancing(
                                new LoadBalancing(
                                        new Policy.RoundRobin(),
                                        localities,
                                        50,
                                        null,
                                        null,
                                        List.of())));
        Cluster config = rig.cluster.config();
        HostPlan plan = HostPlan.of(rig.specs(), config);
        var hosts = new ArrayList<HostOnWorker>();
        plan.hosts().forEach(spec -> hosts.add(rig.cluster.hostOf(spec.key())));
        var set =
                new HostSet(
                        hosts.toArray(HostOnWorker[]::new),
                        plan,
                        config.balancing(),
                        new HostSet.Means(
                                new Random(7),
                                () -> 0,
                                rig.worker.metrics().counter("panics"),
                                new Neighbourhood.Around(
                                        new Locality("", "a", "", 0), () -> gateways.cluster)));
        Map<String, Double> shares = new TreeMap<>();
        for (int i = 0; i < REQUESTS; i++) {
            HostOnWorker chosen = set.choose(new TestContext());
            String zone = chosen == null ? "none" : chosen.spec().locality().zone();
            shares.merge(zone, 100.0 / REQUESTS, Double::sum);
        }
        return shares;
    }

    private static Localities zoneAware() {
        return new Localities.ZoneAware(100, 6, false);
    }

    @Test
    void aZoneThatHasItsShareKeepsItsRequests() {
        // Given, when
        var shares = shares(inZones(4, 4, 4), zoneAware(), new PoolRig(inZones(1, 1, 1)));
        // Then
        assertThat(shares).containsOnlyKeys("a");
    }

    @Test
    void whatAZoneCannotTakeGoesWhereThereIsMore() {
        // Given: half of the gateways and a fifth of the hosts are here, b has all there is to
        // spare
        var shares = shares(inZones(2, 6, 2), zoneAware(), new PoolRig(inZones(5, 2, 3)));
        // Then: 20 of 50 stay
        assertThat(shares).containsOnlyKeys("a", "b");
        assertThat(shares.get("a")).isCloseTo(40, offset(2.5));
    }

    @Test
    void aSmallClusterIsNotDivided() {
        // Given, when
        var shares = shares(inZones(2, 2, 1), zoneAware(), new PoolRig(inZones(1, 1, 1)));
        // Then
        assertThat(shares.get("b")).isCloseTo(40, offset(2.5));
        assertThat(shares).containsOnlyKeys("a", "b", "c");
    }

    @Test
    void aShareOfTheRequestsIsRoutedByZone() {
        // Given, when: half of them, the other half goes anywhere
        var shares =
                shares(
                        inZones(4, 4, 4),
                        new Localities.ZoneAware(50, 6, false),
                        new PoolRig(inZones(1, 1, 1)));
        // Then
        assertThat(shares.get("a")).isCloseTo(50 + 50 / 3.0, offset(2.5));
    }

    @Test
    void gatewaysThatAreNotWellDoNotCount() {
        // Given
        TestClusters ill = cluster();
        for (int zone = 1; zone <= 3; zone++) {
            String name = List.of("a", "b", "c").get(zone - 1);
            ill.locality(
                    name,
                    0,
                    0,
                    TestClusters.endpoint(
                            new Address.Socket("127.0." + zone + ".1", 80), 1, Health.UNHEALTHY));
        }
        // When, then
        assertThat(shares(inZones(4, 4, 4), zoneAware(), new PoolRig(ill)))
                .containsOnlyKeys("a", "b", "c");
        assertThat(
                        shares(
                                inZones(4, 4, 4),
                                new Localities.ZoneAware(100, 6, true),
                                new PoolRig(ill)))
                .containsOnlyKeys("none");
    }
}
