package io.postern.xds.server.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.postern.config.model.ResourceType;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.resources.NodeSelector;
import io.postern.xds.server.content.Packed;
import io.postern.xds.server.content.Packer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicationTest {
    private static Publication next(Publication before, long revision, GroupResources... groups) {
        return before.next(revision, new Packer().pack(List.of(groups)));
    }

    private static GroupResources group(String name, NodeSelector selector, String... clusters) {
        return new GroupResources(
                name,
                selector,
                Stream.of(clusters)
                        .map(text -> text.split("=", -1))
                        .<com.google.protobuf.Message>map(parts ->
                                Cluster.newBuilder()
                                        .setName(parts[0])
                                        .setAltStatName(parts[1])
                                        .build())
                        .toList());
    }

    private static NodeSelector select(Set<String> ids, Set<String> clusters, Audience audience) {
        return new NodeSelector(ids, clusters, Map.of(), audience);
    }

    private static NodeIdentity node(String id, String cluster, String product) {
        return new NodeIdentity(id, cluster, Map.of("zone", "z-" + cluster), product, false);
    }

    private static List<String> names(Publication publication, NodeIdentity node) {
        return publication.snapshotFor(node).of(ResourceType.CLUSTER).all().stream()
                .map(Packed::name)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "edge-1, edge, envoy, all edge envoy one zone",
        "edge-2, edge, envoy, all edge envoy zone",
        "edge-2, edge, postern, all edge postern zone",
        "core-1, core, envoy, all envoy",
        "core-1, core, '', all envoy",
        "'', '', postern, all postern",
    })
    void givesANodeWhatItsGroupsHaveAndNothingElse(
            String id, String cluster, String product, String expected) {
        var zone = new NodeSelector(Set.of(), Set.of(), Map.of("zone", "z-edge"), Audience.ANY);
        Publication publication =
                next(
                        Publication.none(),
                        1,
                        group("a", select(Set.of(), Set.of(), Audience.ANY), "all=1"),
                        group("b", select(Set.of(), Set.of("edge"), Audience.ANY), "edge=1"),
                        group("c", select(Set.of(), Set.of(), Audience.ENVOY), "envoy=1"),
                        group("d", select(Set.of(), Set.of(), Audience.POSTERN), "postern=1"),
                        group("e", select(Set.of("edge-1"), Set.of(), Audience.ANY), "one=1"),
                        group("f", zone, "zone=1"));
        assertThat(names(publication, node(id, cluster, product)))
                .containsExactlyInAnyOrder(expected.split(" ", -1));
    }

    @Test
    void prefersTheGroupThatSaysMoreAboutANode() {
        Publication publication =
                next(
                        Publication.none(),
                        1,
                        group("a", select(Set.of(), Set.of(), Audience.ANY), "c=any"),
                        group("b", select(Set.of("edge-1"), Set.of(), Audience.ANY), "c=one"));
        var one = publication.snapshotFor(node("edge-1", "", "")).of(ResourceType.CLUSTER);
        var other = publication.snapshotFor(node("edge-2", "", "")).of(ResourceType.CLUSTER);
        assertThat(one.version()).isNotEqualTo(other.version());
        assertThat(one.size()).isEqualTo(1);
    }

    @Test
    void usesSetsAgainThatDidNotChange() {
        var everybody = select(Set.of(), Set.of(), Audience.ANY);
        var first = next(Publication.none(), 1, group("a", everybody, "c=1"));
        var node = node("x", "", "");
        var set = first.snapshotFor(node).of(ResourceType.CLUSTER);

        var same = next(first, 2, group("b", everybody, "c=1"));
        var other = next(same, 3, group("b", everybody, "c=2"));

        assertThat(same.snapshotFor(node).of(ResourceType.CLUSTER)).isSameAs(set);
        assertThat(other.snapshotFor(node).of(ResourceType.CLUSTER)).isNotSameAs(set);
    }
}
