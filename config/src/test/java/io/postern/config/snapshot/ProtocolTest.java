package io.postern.config.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ControlPlane;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.postern.config.envoy.StaticParts;
import io.postern.config.model.Bootstrap;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ConfigSource.Protocol;
import io.postern.config.model.ConfigSource.Target;
import io.postern.config.model.ResourceType;
import io.postern.config.model.XdstpNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said to a management server, when and how often, in both variants of the protocol. */
class ProtocolTest {
    private static final Target XDS = new Target("xds", "xds", List.of());
    private static final Target SECOND = new Target("second", "second", List.of());

    private static ConfigSource.Server server(boolean delta, boolean nodeOnce, Target... targets) {
        return new ConfigSource.Server(
                delta ? Protocol.DELTA_GRPC : Protocol.GRPC,
                List.of(targets),
                nodeOnce,
                Duration.ZERO,
                Duration.ZERO,
                Rig.NO_END);
    }

    private static Rig rig(boolean delta, ConfigSource.Server ads, Duration patience) {
        var metadata =
                Struct.newBuilder()
                        .putFields("team", Value.newBuilder().setStringValue("blue").build());
        var roots = new ConfigSource.Ads(patience);
        return new Rig(
                new Bootstrap.Dynamic(ads, roots, roots, XdstpNames.NONE),
                delta,
                null,
                new Bootstrap.Node("edge-1", "edge", "r", "z", "s", metadata.build().toByteArray()),
                StaticParts.NONE);
    }

    private static Rig serving(Rig rig) {
        rig.start();
        rig.server.put(ResourceType.ENDPOINTS, "a", Rig.endpoints("a", 81));
        rig.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", 1, true));
        rig.server.put(ResourceType.ROUTES, "r", Rig.routes("r", 201));
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 1000, "r"));
        rig.settle();
        return rig;
    }

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void theNodeIsSaidInEachRequestOrOnlyInTheFirstOfAStream(boolean delta, boolean nodeOnce) {
        // Given
        var rig = serving(rig(delta, server(delta, nodeOnce, XDS), Rig.NO_END));
        // When
        rig.server.disconnect(true);
        rig.settle();
        // Then
        List<Node> nodes =
                delta
                        ? rig.server.deltaRequests().stream()
                                .filter(DeltaDiscoveryRequest::hasNode)
                                .map(DeltaDiscoveryRequest::getNode)
                                .toList()
                        : rig.server.requests().stream()
                                .filter(one -> one.hasNode())
                                .map(one -> one.getNode())
                                .toList();
        int requests = rig.server.requests().size() + rig.server.deltaRequests().size();
        assertThat(requests).isGreaterThan(8);
        assertThat(nodes)
                .hasSize(nodeOnce ? 2 : requests)
                .allSatisfy(node -> {
                    assertThat(node.getId()).isEqualTo("edge-1");
                    assertThat(node.getCluster()).isEqualTo("edge");
                    assertThat(node.getLocality().getSubZone()).isEqualTo("s");
                    assertThat(node.getMetadata().getFieldsOrThrow("team").getStringValue())
                            .isEqualTo("blue");
                    assertThat(node.getUserAgentName()).isEqualTo("postern");
                    assertThat(node.getUserAgentVersion()).isEqualTo("1");
                    assertThat(node.getClientFeaturesList())
                            .contains("xds.config.resource-in-sotw");
                });
    }

    /** A cluster with a time to live, or, without the cluster, its heartbeat. */
    private static byte[] living(boolean delta, long seconds, @Nullable Message cluster) {
        var resource = Resource.newBuilder().setName("a").setVersion("7");
        resource.getTtlBuilder().setSeconds(seconds);
        if (cluster != null) {
            resource.setResource(Any.pack(cluster));
        }
        String type = ResourceType.CLUSTER.typeUrl();
        return delta
                ? DeltaDiscoveryResponse.newBuilder()
                        .setTypeUrl(type)
                        .setNonce("t")
                        .addResources(resource)
                        .build()
                        .toByteArray()
                : DiscoveryResponse.newBuilder()
                        .setTypeUrl(type)
                        .setNonce("t")
                        .setVersionInfo("7")
                        .addResources(Any.pack(resource.build()))
                        .build()
                        .toByteArray();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResourceWithATimeToLiveGoesWhenItIsOverUnlessAHeartbeatComes(boolean delta) {
        // Given
        var rig = serving(rig(delta, server(delta, true, XDS), Rig.NO_END));
        rig.server.sendRaw(living(delta, 10, Rig.cluster("a", 7, true)));
        // When
        rig.control.advance(Duration.ofSeconds(8));
        rig.server.sendRaw(living(delta, 10, null));
        rig.control.advance(Duration.ofSeconds(8));
        // Then
        assertThat(rig.clusters()).containsExactly(Map.entry("a", "7:81"));
        // When
        rig.control.advance(Duration.ofSeconds(3));
        // Then
        assertThat(rig.clusters()).isEmpty();
        assertThat(rig.log).anyMatch(text -> text.contains("time to live has passed"));
        // and a server that is asked again is not told that it is here
        rig.server.disconnect(true);
        rig.settle();
        assertThat(rig.clusters()).containsExactly(Map.entry("a", "1:81"));
    }

    @Test
    void whatNobodyRefersToAnyMoreIsUnsubscribedFromAndRootsStayWildcards() {
        // Given
        var rig = serving(rig(true, server(true, true, XDS), Rig.NO_END));
        int before = rig.server.deltaRequests().size();
        // When
        rig.server.put(ResourceType.ROUTES, "s", Rig.routes("s", 202));
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 1000, "s"));
        rig.settle();
        // Then
        String routes = ResourceType.ROUTES.typeUrl();
        List<DeltaDiscoveryRequest> later =
                rig.server.deltaRequests().subList(before, rig.server.deltaRequests().size());
        assertThat(later)
                .filteredOn(one -> one.getTypeUrl().equals(routes))
                .flatExtracting(DeltaDiscoveryRequest::getResourceNamesSubscribeList)
                .containsExactly("s");
        assertThat(later)
                .filteredOn(one -> one.getTypeUrl().equals(routes))
                .flatExtracting(DeltaDiscoveryRequest::getResourceNamesUnsubscribeList)
                .containsExactly("r");
        assertThat(rig.server.deltaRequests())
                .filteredOn(one -> one.getTypeUrl().equals(ResourceType.LISTENER.typeUrl()))
                .allSatisfy(one -> assertThat(one.getResourceNamesSubscribeList()).isEmpty());
        assertThat(rig.listeners()).containsExactly(Map.entry("l", 202));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatSaysNothingHoldsAStartUpForTheInitialFetchTimeoutAndNoLonger(boolean delta) {
        // Given
        var rig = rig(delta, server(delta, true, XDS), Duration.ofSeconds(5));
        rig.server.silence(ResourceType.CLUSTER);
        rig.server.put(ResourceType.ROUTES, "r", Rig.routes("r", 201));
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 1000, "r"));
        rig.control.execute(() -> rig.live.start(rig.client));
        // When
        rig.control.advance(Duration.ofMillis(4900));
        // Then
        assertThat(rig.listeners()).isEmpty();
        // When
        rig.control.advance(Duration.ofMillis(200));
        // Then
        assertThat(rig.listeners()).containsExactly(Map.entry("l", 201));
        assertThat(rig.live.ready()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatIsAwayIsTriedLessAndLessOftenAndNeverAtTheSameMoments(boolean delta) {
        // Given
        var rig = rig(delta, server(delta, true, XDS), Rig.NO_END);
        rig.server.disconnect(false);
        // When
        rig.start(); // 40 s
        int first = rig.server.streams();
        rig.control.advance(Duration.ofMinutes(10));
        int later = rig.server.streams() - first;
        // Then: 0.5 s doubled up to 30 s, a random part of it
        assertThat(first).isBetween(5, 20);
        assertThat(later).isBetween(20, 80);
        // and from the beginning again after a response
        rig.server.comeBack();
        rig.settle();
        assertThat(rig.server.isConnected()).isTrue();
        int connected = rig.server.streams();
        rig.server.disconnect(true);
        rig.control.advance(Duration.ofMillis(501));
        assertThat(rig.server.streams()).isEqualTo(connected + 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theNextServerOfTheListIsTriedWhenOneEndsItsStream(boolean delta) {
        // Given
        var rig = serving(rig(delta, server(delta, true, XDS, SECOND), Rig.NO_END));
        // When
        rig.server.disconnect(true);
        rig.settle();
        // Then
        assertThat(rig.server.opened().stream().map(one -> one.substring(0, one.indexOf('/'))))
                .containsExactly("xds", "second");
        assertThat(rig.clusters()).containsExactly(Map.entry("a", "1:81"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutAnAggregatedStreamEachTypeHasOneOfItsOwn(boolean delta) {
        // Given
        var source = server(delta, true, XDS);
        var rig =
                new Rig(
                        new Bootstrap.Dynamic(null, source, source, XdstpNames.NONE),
                        delta,
                        null,
                        new Bootstrap.Node("n", "c", "", "", "", new byte[0]),
                        StaticParts.NONE);
        // When
        rig.server.put(
                ResourceType.CLUSTER,
                "static",
                Rig.read(Cluster.newBuilder(), "{name: static, type: STATIC}").build());
        rig.start();
        // Then
        String verb = delta ? "Delta" : "Stream";
        assertThat(rig.server.opened())
                .containsExactly(
                        "xds/envoy.service.cluster.v3.ClusterDiscoveryService/" + verb + "Clusters",
                        "xds/envoy.service.listener.v3.ListenerDiscoveryService/"
                                + verb
                                + "Listeners");
        assertThat(rig.clusters()).containsOnlyKeys("static");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoTheControlPlaneSaysThatItIsCanBeReadAmongTheStatistics(boolean delta) {
        // Given
        var rig = serving(rig(delta, server(delta, true, XDS), Rig.NO_END));
        var control = ControlPlane.newBuilder().setIdentifier("pilot-7").build();
        String type = ResourceType.ENDPOINTS.typeUrl();
        // When
        rig.server.sendRaw(
                delta
                        ? DeltaDiscoveryResponse.newBuilder()
                                .setTypeUrl(type)
                                .setControlPlane(control)
                                .build()
                                .toByteArray()
                        : DiscoveryResponse.newBuilder()
                                .setTypeUrl(type)
                                .setControlPlane(control)
                                .build()
                                .toByteArray());
        rig.settle();
        // Then
        assertThat(rig.metrics.texts).containsEntry("control_plane.identifier", "pilot-7");
    }
}
