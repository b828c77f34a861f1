package io.postern.xds.server.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.postern.config.model.ResourceType;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.resources.NodeSelector;
import io.postern.xds.server.content.Packer;
import io.postern.xds.server.fleet.Fleet;
import io.postern.xds.server.fleet.FleetLog;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.fleet.NodeIdentity;
import io.postern.xds.server.grpc.XdsServer;
import io.postern.xds.server.rollout.Reports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * All nodes come back at once, again and again: {@code -Dpostern.storm.nodes=10000} with {@code
 * ulimit -n 25000}, since both ends are in this process.
 */
@Timeout(300)
class ReconnectStormIT {
    private static final int NODES = Integer.getInteger("postern.storm.nodes", 400);
    private static final int STORMS = 3;
    private static final int ROUTES = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ConcurrentLinkedQueue<String> bugs = new ConcurrentLinkedQueue<>();
    private final Packer packer = new Packer();

    private Fleet fleet() {
        return new Fleet(
                Gatekeeper.OPEN,
                new FleetLog() {
                    @Override
                    public void refused(NodeIdentity node, ResourceType type, String message) {
                        bugs.add(node + " refuses " + message);
                    }

                    @Override
                    public void ended(@Nullable NodeIdentity node, String peer, String reason) {
                        bugs.add(peer + " was cut off: " + reason);
                    }

                    @Override
                    public void bug(Throwable problem) {
                        bugs.add("bug: " + problem);
                    }
                });
    }

    private void publish(Fleet fleet, List<String> names, int content) {
        List<Message> messages = new ArrayList<>();
        for (String name : names) {
            boolean changes = name.equals(names.getFirst());
            messages.add(
                    RouteConfiguration.newBuilder()
                            .setName(name)
                            .addInternalOnlyHeaders("x-" + (changes ? content : 0))
                            .build());
        }
        var anybody = new NodeSelector(Set.of(), Set.of(), Map.of(), Audience.ANY);
        var groups = packer.pack(List.of(new GroupResources("all", anybody, messages)));
        fleet.publish(fleet.publication().next(fleet.publication().revision() + 1, groups));
    }

    @Test
    void everyNodeGetsEverythingHoweverManyComeBackAtOnce() throws Exception {
        // Given
        List<String> names = new ArrayList<>();
        for (int i = 0; i < ROUTES; i++) {
            names.add("routes-" + i);
        }
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (Fleet fleet = fleet();
                XdsServer server =
                        XdsServer.start(any, null, fleet, new Reports(), Clock.systemUTC())) {
            publish(fleet, names, 0);
            var address = new InetSocketAddress(any.getAddress(), server.port());
            // When
            for (int storm = 1; storm <= STORMS; storm++) {
                try (var nodes = new SimulatedNodes(address, "node-", NODES, names)) {
                    // Then
                    nodes.await((long) NODES * ROUTES, PATIENCE);
                    assertThat(fleet.streams()).isEqualTo(NODES);
                    // and a change passes
                    publish(fleet, names, storm);
                    nodes.await((long) NODES * (ROUTES + 1), PATIENCE);
                }
                Awaitility.await().atMost(PATIENCE).until(() -> fleet.streams() == 0);
            }
            assertThat(bugs).isEmpty();
            assertThat(fleet.status(true)).isEmpty();
        }
    }
}
