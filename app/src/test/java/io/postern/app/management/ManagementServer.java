package io.postern.app.management;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.postern.config.message.MessageReader;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.ResourceType;
import io.postern.config.source.ConfigText;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.SourceNode;
import io.postern.config.source.Spot;
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
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Our own management server, that serves to everybody what a test gives it: over gRPC, in all
 * variants of the protocol.
 */
public final class ManagementServer implements AutoCloseable {
    private static final NodeSelector EVERYBODY =
            new NodeSelector(Set.of(), Set.of(), Map.of(), Audience.ANY);

    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private final Packer packer = new Packer();
    private final Fleet fleet;
    private @Nullable XdsServer server;
    private int port;

    public ManagementServer() {
        fleet =
                new Fleet(
                        Gatekeeper.OPEN,
                        new FleetLog() {
                            @Override
                            public void refused(
                                    NodeIdentity node, ResourceType type, String message) {
                                refusals.add(type + ": " + message);
                            }

                            @Override
                            public void ended(
                                    @Nullable NodeIdentity node, String peer, String reason) {}

                            @Override
                            public void bug(Throwable problem) {
                                refusals.add("bug: " + problem);
                            }
                        });
    }

    /**
     * Listens from now on, and no longer as before: on the same port.
     *
     * @param tls null: in clear text
     */
    public int listen(XdsServer.@Nullable Tls tls) throws IOException {
        hangUp();
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        XdsServer next = XdsServer.start(address, tls, fleet, new Reports(), Clock.systemUTC());
        server = next;
        port = next.port();
        return port;
    }

    /** Ends all streams and does not listen. */
    public void hangUp() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    /** Serves these from now on, and nothing else. */
    public void serve(List<Message> resources) {
        var group = new GroupResources("all", EVERYBODY, resources);
        long revision = fleet.publication().revision() + 1;
        fleet.publish(fleet.publication().next(revision, packer.pack(List.of(group))));
    }

    /** What nodes did not take. */
    public List<String> refusals() {
        return refusals;
    }

    /** The messages of {@code resources: [{"@type": …}, …]}. */
    public static List<Message> messages(String yaml) throws InvalidProtocolBufferException {
        var diagnostics = new Diagnostics();
        SourceNode tree = ConfigText.yaml("resources", yaml, diagnostics);
        var types = new MessageTypes();
        var response = DiscoveryResponse.newBuilder();
        if (tree != null) {
            new MessageReader(types, diagnostics).read(tree, response, Spot.root(tree));
        }
        if (diagnostics.hasErrors()) {
            throw new IllegalArgumentException(diagnostics.errors().toString());
        }
        List<Message> messages = new ArrayList<>();
        for (Any any : response.getResourcesList()) {
            Message prototype = types.prototype(MessageTypes.nameOf(any.getTypeUrl()));
            if (prototype == null) {
                throw new IllegalArgumentException("no such type: " + any.getTypeUrl());
            }
            messages.add(prototype.getParserForType().parseFrom(any.getValue()));
        }
        return messages;
    }

    @Override
    public void close() {
        hangUp();
        fleet.close();
    }
}
