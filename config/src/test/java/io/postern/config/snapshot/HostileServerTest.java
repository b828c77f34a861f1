package io.postern.config.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.postern.config.model.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A management server that sends what it should not: what was served serves on, and the refusal
 * names the resource and says what is wrong.
 */
class HostileServerTest {
    /**
     * One response.
     *
     * @param resources by the names that the incremental variant gives them
     * @param refusal part of what the server is told; empty: nothing, as nobody has asked
     */
    record Case(String name, String typeUrl, Map<String, Any> resources, String refusal) {
        @Override
        public String toString() {
            return name;
        }

        byte[] response(boolean delta) {
            if (delta) {
                var response =
                        DeltaDiscoveryResponse.newBuilder().setTypeUrl(typeUrl).setNonce("bad");
                resources.forEach((resource, any) ->
                        response.addResources(
                                Resource.newBuilder()
                                        .setName(resource)
                                        .setVersion("bad")
                                        .setResource(any)));
                return response.build().toByteArray();
            }
            return DiscoveryResponse.newBuilder()
                    .setTypeUrl(typeUrl)
                    .setVersionInfo("bad")
                    .setNonce("bad")
                    .addAllResources(resources.values())
                    .build()
                    .toByteArray();
        }
    }

    static List<Case> cases() {
        String cluster = ResourceType.CLUSTER.typeUrl();
        Any endpoints = Any.pack(Rig.endpoints("a", 99));
        return List.of(
                of("a resource of another type", cluster, endpoints, "expected: a " + cluster),
                of("garbage", cluster, octets(cluster, "\u0001\u0002x"), "octets that are no"),
                of("a type that is none", "type.googleapis.com/x.Y", octets("x.Y", ""), ""),
                of("a type nobody asked for", ResourceType.SECRET.typeUrl(), endpoints, ""),
                of("a resource without a name", cluster, any(Cluster.newBuilder()), "name"),
                of(
                        "a cluster that breaks a constraint",
                        cluster,
                        any(Rig.cluster("a", 9, true).toBuilder().clearName()),
                        "name"),
                of(
                        "an unknown field value",
                        cluster,
                        any(Rig.cluster("a", 9, true).toBuilder().setTypeValue(77)),
                        "type"),
                of("messages packed into one another for ever", cluster, packed(), "packed into"),
                of(
                        "a message that is nested for ever",
                        ResourceType.ROUTES.typeUrl(),
                        octets(ResourceType.ROUTES.typeUrl(), nested()),
                        "octets that are no"),
                of("a huge resource that is wrong", cluster, huge(), "connect_timeout"),
                of(
                        "endpoints of no cluster",
                        ResourceType.ENDPOINTS.typeUrl(),
                        Any.pack(Rig.endpoints("", 99)),
                        "name"),
                of(
                        "routes that contradict each other",
                        ResourceType.ROUTES.typeUrl(),
                        any(
                                Rig.read(
                                        RouteConfiguration.newBuilder(),
                                        "{name: r, virtualHosts: [{name: a, domains: ['*'], routes: []},"
                                                + " {name: b, domains: ['*'], routes: []}]}")),
                        "domain"),
                of(
                        "routes with a wrong expression",
                        ResourceType.ROUTES.typeUrl(),
                        any(
                                Rig.read(
                                        RouteConfiguration.newBuilder(),
                                        "{name: r, virtualHosts: [{name: a, domains: ['*'], routes:"
                                                + " [{match: {safeRegex: {regex: '('}}, directResponse:"
                                                + " {status: 200}}]}]}")),
                        "safe_regex"));
    }

    private static Case of(String name, String typeUrl, Any resource, String refusal) {
        return new Case(
                name,
                typeUrl,
                Map.of(typeUrl.endsWith("RouteConfiguration") ? "r" : "a", resource),
                refusal);
    }

    /** Each of a thousand messages holds the next. */
    private static Any packed() {
        Any inner = any(Cluster.newBuilder().setName("inner"));
        for (int i = 0; i < 1000; i++) {
            var cluster = Rig.cluster("a", 9, true).toBuilder();
            inner = any(cluster.putTypedExtensionProtocolOptions("x", inner));
        }
        return inner;
    }

    /** Groups that begin and never end: how deep a parser follows is bounded. */
    private static String nested() {
        return "\u000b".repeat(100_000);
    }

    private static Any huge() {
        var cluster = Rig.cluster("a", 9, true).toBuilder();
        cluster.setAltStatName("x".repeat(4 << 20));
        cluster.getConnectTimeoutBuilder().setSeconds(-1);
        return any(cluster);
    }

    private static Any octets(String typeUrl, String text) {
        return Any.newBuilder().setTypeUrl(typeUrl).setValue(ByteString.copyFromUtf8(text)).build();
    }

    private static Any any(Message.Builder message) {
        return Any.pack(message.buildPartial());
    }

    @Test
    void whatIsDeliveredUnderAnotherNameThanItsOwnIsRefused() {
        // Given
        var rig = serving(true);
        var endpoints =
                of(
                        "endpoints of another cluster",
                        ResourceType.ENDPOINTS.typeUrl(),
                        Any.pack(Rig.endpoints("b", 99)),
                        "delivered as 'a' and says that it is 'b'");
        // When
        rig.server.sendRaw(endpoints.response(true));
        rig.settle();
        // Then
        assertThat(rig.clusters()).containsExactly(Map.entry("a", "1:81"));
        assertThat(rig.server.refusals()).anyMatch(text -> text.contains(endpoints.refusal()));
    }

    static Stream<Object[]> both() {
        return cases().stream()
                .flatMap(one -> Stream.of(new Object[] {one, false}, new Object[] {one, true}));
    }

    @ParameterizedTest
    @MethodSource("both")
    void whatWasServedServesOn(Case bad, boolean delta) {
        // Given
        var rig = serving(delta);
        // When
        rig.server.sendRaw(bad.response(delta));
        rig.settle();
        // Then
        assertThat(rig.clusters()).containsExactly(Map.entry("a", "1:81"));
        assertThat(rig.listeners()).containsExactly(Map.entry("l", 201));
        if (bad.refusal().isEmpty()) {
            assertThat(rig.server.refusals()).isEmpty();
        } else {
            assertThat(rig.server.refusals()).anyMatch(text -> text.contains(bad.refusal()));
        }
        // and the next good version is taken
        rig.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", 5, true));
        rig.settle();
        assertThat(rig.clusters()).containsExactly(Map.entry("a", "5:81"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofHundredsTheGoodOnesAreServedAndTheRefusalStaysShort(boolean delta) {
        // Given
        var rig = serving(delta);
        // When
        IntStream.range(0, 200)
                .forEach(i -> {
                    String name = "c" + i;
                    rig.server.hold(ResourceType.ENDPOINTS, name, Rig.endpoints(name, 81));
                    rig.server.hold(ResourceType.CLUSTER, name, Rig.cluster(name, 1, i % 2 == 0));
                });
        rig.server.put(ResourceType.CLUSTER, "last", Rig.cluster("last", 1, false));
        rig.settle();
        // Then
        assertThat(rig.clusters()).hasSize(101).containsKeys("a", "c0", "c198");
        assertThat(rig.server.refusals())
                .isNotEmpty()
                .allSatisfy(text -> assertThat(text).hasSizeLessThan(5000));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatFlapsEndsWithItsLastGoodWord(boolean delta) {
        // Given
        var rig = serving(delta);
        // When
        for (int i = 1; i <= 60; i++) {
            rig.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", i, i % 3 != 0));
            if (i % 7 == 0) {
                rig.server.disconnect(true);
            }
            rig.control.advance(java.time.Duration.ofMillis(50));
        }
        rig.settle();
        // Then
        assertThat(rig.clusters()).containsExactly(Map.entry("a", "59:81"));
        assertThat(rig.listeners()).containsExactly(Map.entry("l", 201));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatHangsHoldsNothingUpAndIsHeardWhenItSpeaksAgain(boolean delta) {
        // Given
        var rig = serving(delta);
        rig.server.hang(true);
        // When
        rig.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", 7, true));
        rig.settle();
        // Then
        assertThat(rig.clusters()).containsExactly(Map.entry("a", "1:81"));
        assertThat(rig.listeners()).containsExactly(Map.entry("l", 201));
        // When
        rig.server.hang(false);
        rig.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", 8, true));
        rig.settle();
        // Then
        assertThat(rig.clusters()).containsExactly(Map.entry("a", "8:81"));
    }

    private static Rig serving(boolean delta) {
        var rig = new Rig(delta, null).start();
        rig.server.put(ResourceType.ENDPOINTS, "a", Rig.endpoints("a", 81));
        rig.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", 1, true));
        rig.server.put(ResourceType.ROUTES, "r", Rig.routes("r", 201));
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 1000, "r"));
        rig.settle();
        return rig;
    }
}
