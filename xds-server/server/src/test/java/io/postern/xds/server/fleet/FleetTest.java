package io.postern.xds.server.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.postern.config.model.ResourceType;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.resources.NodeSelector;
import io.postern.xds.server.content.Packer;
import io.postern.xds.server.fleet.Gatekeeper.Credential;
import io.postern.xds.server.protocol.Outgoing;
import io.postern.xds.server.protocol.StreamException;
import io.postern.xds.server.protocol.Variant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FleetTest {
    private static final int MEBI = 1 << 20;
    private static final NodeSelector ANYBODY =
            new NodeSelector(Set.of(), Set.of(), Map.of(), Audience.ANY);

    private final Fleet fleet = new Fleet(Gatekeeper.OPEN, new Silent());
    private final Lane lane = fleet.open(new OwnThread("lane"));
    private final Packer packer = new Packer();

    /** Hears nothing. */
    private static final class Silent implements FleetLog {
        @Override
        public void refused(NodeIdentity node, ResourceType type, String message) {}

        @Override
        public void ended(@Nullable NodeIdentity node, String peer, String reason) {}

        @Override
        public void bug(Throwable problem) {
            throw new AssertionError(problem);
        }
    }

    /** A node whose network takes one response at a time. */
    private final class Reader implements Outlet {
        private final List<Outgoing> unread = Collections.synchronizedList(new ArrayList<>());
        private final Connection connection;

        Reader(String id, String... names) {
            var opening =
                    new Connection.Opening(
                            Variant.DELTA, "", id, Credential.NONE, Instant.EPOCH, false);
            connection = fleet.join(lane, this, opening);
            connection.onMessage(
                    DeltaDiscoveryRequest.newBuilder()
                            .setNode(Node.newBuilder().setId(id))
                            .setTypeUrl(ResourceType.CLUSTER.typeUrl())
                            .addAllResourceNamesSubscribe(List.of(names))
                            .build()
                            .toByteArray());
        }

        @Override
        public boolean isReady() {
            return unread.isEmpty();
        }

        @Override
        public void send(Outgoing response) {
            unread.add(response);
        }

        @Override
        public void receiveNext() {}

        @Override
        public void close(StreamException reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void complete() {}

        long waiting() {
            return unread.stream().mapToLong(Outgoing::size).sum();
        }

        /** Reads and accepts what is there; {@code name=content} of each resource. */
        List<String> read() throws InvalidProtocolBufferException {
            if (unread.isEmpty()) {
                return List.of();
            }
            Outgoing next = unread.removeFirst();
            var response =
                    DeltaDiscoveryResponse.parseFrom(next.shared()).toBuilder()
                            .mergeFrom(next.own())
                            .build();
            List<String> clusters = new ArrayList<>();
            for (var resource : response.getResourcesList()) {
                var cluster = resource.getResource().unpack(Cluster.class);
                clusters.add(cluster.getName() + "=" + cluster.getAltStatName());
            }
            connection.onReady();
            connection.onMessage(
                    DeltaDiscoveryRequest.newBuilder()
                            .setTypeUrl(ResourceType.CLUSTER.typeUrl())
                            .setResponseNonce(response.getNonce())
                            .build()
                            .toByteArray());
            return clusters;
        }
    }

    private void publish(String... clusters) {
        List<Message> messages = new ArrayList<>();
        for (String text : clusters) {
            String[] parts = text.split("=", -1);
            messages.add(Cluster.newBuilder().setName(parts[0]).setAltStatName(parts[1]).build());
        }
        var groups = packer.pack(List.of(new GroupResources("all", ANYBODY, messages)));
        Publication now = fleet.publication();
        fleet.publish(now.next(now.revision() + 1, groups));
        settle();
    }

    private void settle() {
        assertThat(fleet.status(false)).isNotNull(); // the lane has done all it was told before
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void nodesThatComeAtOnceAreServedOneAfterTheOther() throws InvalidProtocolBufferException {
        // Given
        publish("big=" + "x".repeat(MEBI));
        List<Reader> nodes =
                Stream.iterate(0, i -> i + 1).limit(100).map(i -> new Reader("n" + i)).toList();
        settle();
        int served = 0;
        long most = 0;
        // When they read, one after the other
        for (int i = 0; i < nodes.size(); i++) {
            most = Math.max(most, nodes.stream().mapToLong(Reader::waiting).sum());
            List<String> came = nodes.get(i).read();
            served += came.size();
            settle();
        }
        // Then
        assertThat(served).isEqualTo(100);
        assertThat(most).isBetween(15L * MEBI, 18L * MEBI);
    }

    @Test
    void whatIsSmallDoesNotWaitForThoseWhoDoNotRead() throws InvalidProtocolBufferException {
        // Given
        publish("big=" + "x".repeat(MEBI), "small=1");
        for (int i = 0; i < 100; i++) {
            var _ = new Reader("n" + i, "big");
        }
        // When
        var quick = new Reader("quick", "small");
        settle();
        List<String> first = quick.read();
        publish("big=" + "x".repeat(MEBI), "small=2");
        // Then
        assertThat(first).containsExactly("small=1");
        assertThat(quick.read()).containsExactly("small=2");
    }

    @Test
    void aNodeThatWasNotConcernedForSomeTimeGetsTheNewestThen()
            throws InvalidProtocolBufferException {
        // Given
        publish("a=1", "b=1");
        var a = new Reader("a", "a");
        var b = new Reader("b", "b");
        settle();
        assertThat(a.read()).containsExactly("a=1");
        assertThat(b.read()).containsExactly("b=1");
        // When
        publish("a=2", "b=1");
        publish("a=3", "b=1");
        // Then
        assertThat(a.read()).containsExactly("a=2");
        assertThat(b.read()).isEmpty();
        settle();
        assertThat(a.read()).containsExactly("a=3");
        // When
        publish("a=3", "b=2");
        // Then
        assertThat(b.read()).containsExactly("b=2");
        assertThat(fleet.status(false)).extracting(NodeStatus::revision).containsOnly(4L);
    }
}
