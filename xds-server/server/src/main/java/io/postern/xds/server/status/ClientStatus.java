package io.postern.xds.server.status;

import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.admin.v3.ClientResourceStatus;
import io.envoyproxy.envoy.admin.v3.UpdateFailureState;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.status.v3.ClientConfig;
import io.envoyproxy.envoy.service.status.v3.ClientConfig.GenericXdsConfig;
import io.envoyproxy.envoy.service.status.v3.ClientStatusRequest;
import io.envoyproxy.envoy.service.status.v3.ClientStatusResponse;
import io.envoyproxy.envoy.service.status.v3.ConfigStatus;
import io.postern.xds.server.content.Packed;
import io.postern.xds.server.content.Snapshot;
import io.postern.xds.server.fleet.Fleet;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.fleet.NodeIdentity;
import io.postern.xds.server.fleet.NodeStatus;
import io.postern.xds.server.protocol.ResourceStatus;
import io.postern.xds.server.protocol.StreamException;
import io.postern.xds.server.protocol.StreamException.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Answers of the client status discovery service: for each node and resource whether it was
 * accepted, refused and why, or not answered yet.
 *
 * <p>Source: {@code envoy.service.status.v3}. Who has to prove who it is hears of itself only.
 *
 * <p>Thread-safe; blocks while lanes answer.
 */
public final class ClientStatus {
    /** One answer; clients of gRPC take 4 MiB unless told otherwise, and who asks for all is. */
    private static final int MOST_OCTETS = 64 << 20;

    /** Nodes whose resources are looked at together. */
    private static final int AT_A_TIME = 50;

    private final Fleet fleet;

    public ClientStatus(Fleet fleet) {
        this.fleet = fleet;
    }

    /**
     * Answers a request.
     *
     * @param credential what the connection proves
     * @throws StreamException when it may not be answered
     */
    public ClientStatusResponse answer(
            ClientStatusRequest request, Gatekeeper.Credential credential) {
        String own = ownId(request, credential);
        List<NodeIdentity> nodes =
                fleet
                        .status(
                                node ->
                                        (own.isEmpty() || own.equals(node.id()))
                                                && NodeMatchers.match(
                                                        request.getNodeMatchersList(), node),
                                false)
                        .stream()
                        .map(NodeStatus::node)
                        .distinct()
                        .toList();
        var response = ClientStatusResponse.newBuilder();
        long octets = 0;
        for (int from = 0; from < nodes.size(); from += AT_A_TIME) {
            Set<NodeIdentity> some =
                    new HashSet<>(nodes.subList(from, Math.min(nodes.size(), from + AT_A_TIME)));
            for (NodeStatus status : fleet.status(some::contains, true)) {
                ClientConfig config = config(status, request.getExcludeResourceContents());
                octets += config.getSerializedSize();
                if (octets > MOST_OCTETS) {
                    throw new StreamException(
                            Reason.RESOURCE_EXHAUSTED,
                            "more than "
                                    + MOST_OCTETS
                                    + " octets (expected: node_matchers for fewer nodes, or"
                                    + " exclude_resource_contents)");
                }
                response.addConfig(config);
            }
        }
        return response.build();
    }

    /** Whose status may be told; empty: everybody's. */
    private String ownId(ClientStatusRequest request, Gatekeeper.Credential credential) {
        if (fleet.isOpen()) {
            return "";
        }
        String refused =
                request.hasNode()
                        ? fleet.refuses(credential, request.getNode())
                        : "a request without a node";
        if (refused != null) {
            throw new StreamException(Reason.PERMISSION_DENIED, refused);
        }
        return request.getNode().getId();
    }

    private ClientConfig config(NodeStatus status, boolean withoutContents) {
        Snapshot snapshot = fleet.publication().snapshotFor(status.node());
        var config = ClientConfig.newBuilder().setNode(node(status.node()));
        for (ResourceStatus resource : status.resources()) {
            Packed packed = snapshot.of(resource.type()).find(resource.name());
            config.addGenericXdsConfigs(
                    resource(resource, withoutContents ? null : packed, status));
        }
        return config.build();
    }

    private static Node node(NodeIdentity identity) {
        var metadata = Struct.newBuilder();
        identity.metadata()
                .forEach((name, text) ->
                        metadata.putFields(name, Value.newBuilder().setStringValue(text).build()));
        return Node.newBuilder()
                .setId(identity.id())
                .setCluster(identity.cluster())
                .setUserAgentName(identity.product())
                .setMetadata(metadata)
                .build();
    }

    private static GenericXdsConfig resource(
            ResourceStatus resource,
            @org.jspecify.annotations.Nullable Packed content,
            NodeStatus status) {
        var config =
                GenericXdsConfig.newBuilder()
                        .setTypeUrl(resource.type().typeUrl())
                        .setName(resource.name())
                        .setVersionInfo(resource.version());
        if (content != null) {
            config.setXdsConfig(content.message());
        }
        return switch (resource.state()) {
            case ACKED ->
                    config.setConfigStatus(ConfigStatus.SYNCED)
                            .setClientStatus(ClientResourceStatus.ACKED)
                            .build();
            case STALE ->
                    config.setConfigStatus(
                                    resource.held().isEmpty()
                                            ? ConfigStatus.NOT_SENT
                                            : ConfigStatus.STALE)
                            .setClientStatus(ClientResourceStatus.REQUESTED)
                            .build();
            case NACKED ->
                    config.setConfigStatus(ConfigStatus.ERROR)
                            .setClientStatus(ClientResourceStatus.NACKED)
                            .setErrorState(
                                    UpdateFailureState.newBuilder()
                                            .setDetails(resource.message())
                                            .setVersionInfo(resource.version())
                                            .setLastUpdateAttempt(
                                                    Timestamp.newBuilder()
                                                            .setSeconds(
                                                                    status.since()
                                                                            .getEpochSecond())))
                            .build();
        };
    }
}
