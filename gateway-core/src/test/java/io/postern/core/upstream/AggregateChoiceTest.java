package io.postern.core.upstream;

import static io.postern.core.upstream.TestClusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.postern.config.model.Cluster.Health;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AggregateChoiceTest {
    private static final int REQUESTS = 5_000;

    private final ClustersOnWorker clusters = new ClustersOnWorker();
    private final AggregateChoice choice =
            new AggregateChoice(
                    List.of("a", "unknown", "b"), clusters, cluster().build(), new Random(3));

    private PoolRig known(String name, TestClusters config) {
        PoolRig rig = new PoolRig(config);
        clusters.put(name, rig.cluster);
        return rig;
    }

    /** Percent of the requests by host. */
    private Map<String, Double> shares() {
        Map<String, Double> shares = new TreeMap<>();
        for (int i = 0; i < REQUESTS; i++) {
            HostOnWorker chosen = choice.choose(new TestContext());
            shares.merge(
                    chosen == null ? "none" : chosen.spec().key(), 100.0 / REQUESTS, Double::sum);
        }
        return shares;
    }

    @Test
    void whileTheFirstClusterIsWellItGetsEverything() {
        // Given
        known("a", cluster().host("127.0.0.1", 1));
        known("b", cluster().host("127.0.0.2", 1));
        // Then
        assertThat(shares()).containsOnlyKeys("127.0.0.1:1");
    }

    @Test
    void whatTheFirstClusterLacksGoesToTheNext() {
        // Given: half of it is well: 70 percent
        known(
                "a",
                cluster()
                        .host("127.0.0.1", 1, 1, 0, Health.HEALTHY)
                        .host("127.0.0.1", 2, 1, 0, Health.UNHEALTHY));
        known("b", cluster().host("127.0.0.2", 1));
        // When
        var shares = shares();
        // Then
        assertThat(shares).containsOnlyKeys("127.0.0.1:1", "127.0.0.2:1");
        assertThat(shares.get("127.0.0.1:1")).isCloseTo(70, offset(3.0));
    }

    @Test
    void theirPrioritiesAreOneRow() {
        // Given: the first cluster's second priority comes before the second cluster
        known(
                "a",
                cluster()
                        .host("127.0.0.1", 1, 1, 0, Health.UNHEALTHY)
                        .host("127.0.0.1", 2, 1, 1, Health.HEALTHY));
        known("b", cluster().host("127.0.0.2", 1));
        // Then
        assertThat(shares()).containsOnlyKeys("127.0.0.1:2");
    }

    @Test
    void aClusterThatLosesItsHostsIsLeftAtOnce() {
        // Given
        PoolRig first = known("a", cluster().host("127.0.0.1", 1));
        known("b", cluster().host("127.0.0.2", 1));
        assertThat(shares()).containsOnlyKeys("127.0.0.1:1");
        // When
        first.hosts(cluster().build());
        // Then
        assertThat(shares()).containsOnlyKeys("127.0.0.2:1");
    }

    @Test
    void withoutAnyClusterThereIsNoHost() {
        assertThat(shares()).containsOnlyKeys("none");
    }
}
