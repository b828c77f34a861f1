package io.postern.core.upstream;

import static io.postern.core.upstream.TestClusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.Address;
import io.postern.config.model.Cluster.Endpoint;
import io.postern.config.model.Cluster.Health;
import io.postern.config.model.LoadBalancing;
import io.postern.config.model.LoadBalancing.Localities;
import io.postern.config.model.LoadBalancing.Policy;
import io.postern.config.model.Subsets;
import io.postern.config.model.Subsets.Fallback;
import io.postern.config.model.Subsets.Selector;
import io.postern.sdk.Metadata;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SubsetChoiceTest {
    private static final Selector BY_STAGE = selector(Fallback.AS_CLUSTER, Set.of(), "stage");
    private static final Map<String, String> V1 = Map.of("stage", "prod", "version", "1");
    private static final Map<String, String> V2 = Map.of("stage", "prod", "version", "2");
    private static final Map<String, String> DEV = Map.of("stage", "dev");

    @Test
    void aRequestGoesOnlyToHostsWithItsMetadata() {
        // Given
        PoolRig rig = rig(Fallback.NO_HOST, BY_STAGE);

        // When, Then
        assertThat(chosen(rig, Map.of("stage", "prod")))
                .containsExactly("10.0.0.1:1", "10.0.0.2:1");
        assertThat(chosen(rig, Map.of("stage", "dev"))).containsExactly("10.0.0.3:1");
        assertThat(rig.stat("lb_subsets_selected")).isEqualTo(20);
    }

    @Test
    void whatNoSubsetFitsGoesWhereTheClusterSays() {
        // Given
        Map<String, String> unknown = Map.of("stage", "lab");
        Map<String, String> noSelector = Map.of("version", "1");
        PoolRig nowhere = rig(Fallback.NO_HOST, BY_STAGE);
        PoolRig anywhere = rig(Fallback.ANY_HOST, BY_STAGE);
        PoolRig byDefault = rig(Fallback.DEFAULT_SUBSET, BY_STAGE);

        for (Map<String, String> wanted : List.of(unknown, noSelector, Map.<String, String>of())) {
            // When, Then
            assertThat(chosen(nowhere, wanted)).containsExactly("");
            assertThat(chosen(anywhere, wanted)).hasSize(4);
            assertThat(chosen(byDefault, wanted)).containsExactly("10.0.0.2:1");
        }
        assertThat(nowhere.stat("lb_subsets_fallback")).isZero();
        assertThat(anywhere.stat("lb_subsets_fallback")).isEqualTo(30);
    }

    @Test
    void aSelectorSaysWhereElseItsRequestsMayGo() {
        // Given
        Map<String, String> unknown = Map.of("stage", "prod", "version", "9");

        // When, Then
        assertThat(chosen(both(Fallback.FEWER_KEYS, Set.of("stage")), unknown))
                .containsExactly("10.0.0.1:1", "10.0.0.2:1");
        assertThat(chosen(both(Fallback.ANY_HOST, Set.of()), unknown)).hasSize(4);
        assertThat(chosen(both(Fallback.DEFAULT_SUBSET, Set.of()), unknown))
                .containsExactly("10.0.0.2:1");
        assertThat(chosen(both(Fallback.NO_HOST, Set.of()), unknown)).containsExactly("");
        assertThat(chosen(both(Fallback.NO_HOST, Set.of()), V2)).containsExactly("10.0.0.2:1");
    }

    @Test
    void aSubsetWithoutHealthyHostsPanicsByItself() {
        // Given
        PoolRig rig = rig(Fallback.ANY_HOST, selector(Fallback.AS_CLUSTER, Set.of(), "sick"));

        // When, Then: its only host is ill, and still better than a host it does not mean
        assertThat(chosen(rig, Map.of("sick", "true"))).containsExactly("10.0.0.4:1");
    }

    @Test
    void hostsThatComeLaterAreInTheirSubsets() {
        // Given
        PoolRig rig = rig(Fallback.NO_HOST, BY_STAGE);

        // When
        rig.hosts(cluster().locality("", 0, 0, host(7, Health.HEALTHY, DEV)).build());

        // Then
        assertThat(chosen(rig, DEV)).containsExactly("10.0.0.7:1");
        assertThat(chosen(rig, Map.of("stage", "prod"))).containsExactly("");
    }

    @Test
    void aHostWithAListIsInTheSubsetOfEachOfItsValues() {
        // Given
        PoolRig rig =
                rig(Fallback.DEFAULT_SUBSET, selector(Fallback.NO_HOST, Set.of(), "in", "stage"));
        rig.hosts(
                cluster()
                        .locality(
                                "",
                                0,
                                0,
                                host(7, Health.HEALTHY, Map.of("in", "x", "stage", "prod")),
                                host(
                                        8,
                                        Health.HEALTHY,
                                        Map.of("in", "[x,y]", "stage", "[prod,dev]"),
                                        Map.of(
                                                "in", List.of("x", "y"),
                                                "stage", List.of("prod", "dev"))))
                        .build());

        // When, Then
        assertThat(chosen(rig, Map.of("in", "y", "stage", "prod"))).containsExactly("10.0.0.8:1");
        assertThat(chosen(rig, Map.of("in", "x", "stage", "dev"))).containsExactly("10.0.0.8:1");
        assertThat(chosen(rig, Map.of("in", "x", "stage", "prod")))
                .containsExactly("10.0.0.7:1", "10.0.0.8:1");
        assertThat(chosen(rig, Map.of("in", "[x,y]", "stage", "prod"))).containsExactly("");
    }

    @Test
    void aRouteMayNameSeveralSubsetsAndTheFirstWithAHostIsTaken() {
        // Given
        PoolRig rig = rig(Fallback.NO_HOST, BY_STAGE);
        Map<String, String> nowhere = Map.of("stage", "nowhere");
        Map<String, String> own = Map.of("stage", "prod");

        // When, Then: what the route itself says no longer counts
        assertThat(chosen(rig, own, List.of(nowhere, DEV))).containsExactly("10.0.0.3:1");
        assertThat(chosen(rig, own, List.of(DEV, nowhere))).containsExactly("10.0.0.3:1");
        assertThat(chosen(rig, own, List.of(nowhere, nowhere))).containsExactly("");
        assertThat(rig.stat("lb_subsets_selected")).isEqualTo(20);
    }

    @Test
    void aSubsetMayBeOneHostOnly() {
        // Given
        var oneHost = new Selector(Set.of("stage"), Fallback.AS_CLUSTER, Set.of(), true);
        PoolRig rig = rig(Fallback.NO_HOST, oneHost);

        // When, Then
        assertThat(chosen(rig, Map.of("stage", "prod"))).containsExactly("10.0.0.1:1");
    }

    private static PoolRig both(Fallback fallback, Set<String> fewer) {
        return rig(Fallback.ANY_HOST, BY_STAGE, selector(fallback, fewer, "stage", "version"));
    }

    private static PoolRig rig(Fallback fallback, Selector... selectors) {
        return new PoolRig(
                cluster()
                        .balancing(
                                new LoadBalancing(
                                        new Policy.RoundRobin(),
                                        new Localities.ZoneAware(100, 6, false),
                                        50,
                                        null,
                                        new Subsets(
                                                fallback,
                                                V2,
                                                List.of(selectors),
                                                true,
                                                false,
                                                true),
                                        List.of()))
                        .locality(
                                "",
                                0,
                                0,
                                host(1, Health.HEALTHY, V1),
                                host(2, Health.HEALTHY, V2),
                                host(3, Health.HEALTHY, DEV),
                                host(4, Health.UNHEALTHY, Map.of("sick", "true")),
                                host(5, Health.HEALTHY, Map.of())));
    }

    private static Selector selector(Fallback fallback, Set<String> fewer, String... keys) {
        return new Selector(Set.of(keys), fallback, fewer, false);
    }

    @SuppressWarnings("NullAway") // it does not see the annotation of a nested type in a class file
    private static Endpoint host(
            int last,
            Health health,
            Map<String, String> metadata,
            Map<String, List<String>> lists) {
        return new Endpoint(
                new Address.Socket("10.0.0." + last, 1),
                "",
                1,
                health,
                null,
                Map.of(),
                "",
                metadata,
                lists,
                Metadata.none());
    }

    private static Endpoint host(int last, Health health, Map<String, String> metadata) {
        return host(last, health, metadata, Map.of());
    }

    private static Set<String> chosen(PoolRig rig, Map<String, String> metadata) {
        return chosen(rig, metadata, List.of());
    }

    private static Set<String> chosen(
            PoolRig rig, Map<String, String> metadata, List<Map<String, String>> fallbacks) {
        Set<String> chosen = new TreeSet<>();
        for (int i = 0; i < 10; i++) {
            chosen.add(rig.choose(metadata, fallbacks));
        }
        return chosen;
    }
}
