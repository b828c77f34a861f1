package io.postern.config.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.envoy.StaticParts;
import io.postern.config.model.Cluster;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ConfigSource.Protocol;
import io.postern.config.model.ResourceType;
import io.postern.config.model.XdstpNames;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Resources whose names say where they come from, and sources that bring their own cluster. */
class XdstpTest {
    private static final String CLUSTERS = "xdstp://a.example/envoy.config.cluster.v3.Cluster/";
    private static final String ROUTES =
            "xdstp://routes.example/envoy.config.route.v3.RouteConfiguration/r";

    private static Rig rig(XdstpNames names) {
        return new Rig(true, null, "node", StaticParts.NONE, names).start();
    }

    @Test
    void aCollectionIsAskedForByItsNameAndItsMembersAreServed() {
        // Given
        String collection = CLUSTERS + "edge/*?xds.node.id=node";
        var rig = rig(new XdstpNames("", collection, Map.of()));
        put(rig, CLUSTERS + "edge/a", 1);
        put(rig, CLUSTERS + "other/b", 1);
        // When
        rig.settle();
        // Then
        assertThat(rig.clusters()).containsOnlyKeys(CLUSTERS + "edge/a");
        assertThat(rig.server.deltaRequests())
                .filteredOn(one -> one.getTypeUrl().equals(ResourceType.CLUSTER.typeUrl()))
                .first()
                .satisfies(one ->
                        assertThat(one.getResourceNamesSubscribeList())
                                .containsExactly(collection));
        // and when one comes and another goes, also over a new stream
        put(rig, CLUSTERS + "edge/c", 2);
        rig.server.disconnect(true);
        rig.settle();
        rig.server.remove(ResourceType.CLUSTER, CLUSTERS + "edge/a");
        rig.settle();
        assertThat(rig.clusters()).containsOnlyKeys(CLUSTERS + "edge/c");
    }

    private static void put(Rig rig, String name, int seconds) {
        rig.server.put(ResourceType.ENDPOINTS, name, Rig.endpoints(name, 80));
        rig.server.put(ResourceType.CLUSTER, name, Rig.cluster(name, seconds, true));
    }

    @Test
    void aNameOfAnAuthorityIsAskedForThere() {
        // Given
        var there =
                Rig.source(
                        Protocol.AGGREGATED_DELTA_GRPC,
                        new ConfigSource.Target("there", "there", List.of()));
        var rig = rig(new XdstpNames("", "", Map.of("routes.example", there)));
        rig.server.put(ResourceType.ROUTES, ROUTES, Rig.routes(ROUTES, 204));
        // When
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 1000, ROUTES));
        rig.settle();
        // Then
        assertThat(rig.listeners()).containsExactly(Map.entry("l", 204));
        assertThat(rig.server.opened())
                .containsExactly(
                        "xds/envoy.service.discovery.v3.AggregatedDiscoveryService/"
                                + "DeltaAggregatedResources",
                        "there/envoy.service.discovery.v3.AggregatedDiscoveryService/"
                                + "DeltaAggregatedResources");
    }

    @ParameterizedTest
    @CsvSource({
        "r?a=1&b=2, r?a=1&b=2",
        "r?b=2&a=1, r?a=1&b=2",
        "r?&b=2&&a=1&, r?a=1&b=2",
        "r?, r",
        "r%2D1, r-1",
        "r%2f1%3f?b=%3d, r%2F1%3F?b=%3D",
        "r#x?b&a, r#x?b&a",
        "r?b=2&a=1#x, r?a=1&b=2#x"
    })
    void aNameIsComparedByWhatItMeans(String written, String canonical) {
        // Given
        String start = "xdstp://a.example/envoy.config.route.v3.RouteConfiguration/";
        assertThat(XdstpNames.canonical(start + written)).isEqualTo(start + canonical);
        assertThat(XdstpNames.canonical(written)).isEqualTo(written);
    }

    @Test
    void aServerMayWriteTheParametersOfANameInItsOwnOrder() {
        // Given
        var rig = rig(XdstpNames.NONE);
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 1000, ROUTES + "?b=2&a=1"));
        // When
        rig.server.put(
                ResourceType.ROUTES, ROUTES + "?a=1&b=2", Rig.routes(ROUTES + "?a=1&b=2", 204));
        rig.settle();
        // Then
        assertThat(rig.listeners()).containsExactly(Map.entry("l", 204));
    }

    @Test
    void anUnknownAuthorityIsTheDefaultsOrElseWhatStandsBesideTheName() {
        var some = Rig.source(Protocol.GRPC, new ConfigSource.Target("s", "s", List.of()));
        var given = new ConfigSource.Ads(Rig.NO_END);
        assertThat(new XdstpNames("", "", Map.of(), some).sourceOf(ROUTES, given)).isEqualTo(some);
        assertThat(XdstpNames.NONE.sourceOf(ROUTES, given)).isEqualTo(given);
        assertThat(new XdstpNames("", "", Map.of(), some).sourceOf("r", given)).isEqualTo(given);
    }

    @Test
    void aSourceWithAClusterOfItsOwnHasItServed() {
        // Given
        Cluster own = StaticCluster.named("google_grpc.there");
        var there =
                Rig.source(
                        Protocol.AGGREGATED_DELTA_GRPC,
                        new ConfigSource.Target(own.name(), "there", List.of(), own));
        // When
        var rig = rig(new XdstpNames("", "", Map.of("routes.example", there)));
        // Then
        assertThat(rig.served.clusters()).containsExactly(own);
    }
}
