package io.postern.xds.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.status.v3.ClientConfig.GenericXdsConfig;
import io.envoyproxy.envoy.service.status.v3.ClientStatusRequest;
import io.envoyproxy.envoy.service.status.v3.ClientStatusResponse;
import io.envoyproxy.envoy.type.matcher.v3.NodeMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.postern.config.model.ResourceType;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.resources.NodeSelector;
import io.postern.xds.server.content.Packer;
import io.postern.xds.server.fleet.Fleet;
import io.postern.xds.server.fleet.FleetLog;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.fleet.NodeIdentity;
import io.postern.xds.server.rollout.Reports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CSDS beside a node that accepts one cluster and refuses another one. */
@Timeout(60)
class ClientStatusIT {
    private static final String ADS =
            "envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";
    private static final String CSDS =
            "envoy.service.status.v3.ClientStatusDiscoveryService/FetchClientStatus";
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static MethodDescriptor<byte[], byte[]> method(String path, MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(type)
                .setFullMethodName(path)
                .setRequestMarshaller(new Octets())
                .setResponseMarshaller(new Octets())
                .build();
    }

    private static Fleet fleet(Gatekeeper gatekeeper) {
        var log =
                new FleetLog() {
                    @Override
                    public void refused(NodeIdentity node, ResourceType type, String message) {}

                    @Override
                    public void ended(@Nullable NodeIdentity node, String peer, String reason) {}

                    @Override
                    public void bug(Throwable problem) {}
                };
        return new Fleet(gatekeeper, log);
    }

    private static void publish(Fleet fleet, String... clusters) {
        var anybody = new NodeSelector(Set.of(), Set.of(), Map.of(), Audience.ANY);
        List<Message> messages = new java.util.ArrayList<>();
        for (String name : clusters) {
            messages.add(Cluster.newBuilder().setName(name).build());
        }
        var groups = new Packer().pack(List.of(new GroupResources("all", anybody, messages)));
        fleet.publish(fleet.publication().next(fleet.publication().revision() + 1, groups));
    }

    /** A node that takes what comes, and answers when it is told to. */
    private static final class Client {
        private final BlockingQueue<byte[]> came = new LinkedBlockingQueue<>();
        private final StreamObserver<byte[]> stream;

        Client(ManagedChannel channel, String id) {
            stream =
                    ClientCalls.asyncBidiStreamingCall(
                            channel.newCall(
                                    method(ADS, MethodType.BIDI_STREAMING), CallOptions.DEFAULT),
                            new StreamObserver<>() {
                                @Override
                                public void onNext(byte[] value) {
                                    came.add(value);
                                }

                                @Override
                                public void onError(Throwable t) {}

                                @Override
                                public void onCompleted() {}
                            });
            stream.onNext(
                    DeltaDiscoveryRequest.newBuilder()
                            .setNode(Node.newBuilder().setId(id).setCluster("edge"))
                            .setTypeUrl(ResourceType.CLUSTER.typeUrl())
                            .build()
                            .toByteArray());
        }

        void answer(@Nullable String error) throws Exception {
            String nonce = DeltaDiscoveryResponse.parseFrom(came.take()).getNonce();
            var request =
                    DeltaDiscoveryRequest.newBuilder()
                            .setTypeUrl(ResourceType.CLUSTER.typeUrl())
                            .setResponseNonce(nonce);
            if (error != null) {
                request.setErrorDetail(Status.newBuilder().setCode(3).setMessage(error));
            }
            stream.onNext(request.build().toByteArray());
        }
    }

    private static ClientStatusResponse ask(ManagedChannel channel, ClientStatusRequest request)
            throws Exception {
        return ClientStatusResponse.parseFrom(
                ClientCalls.blockingUnaryCall(
                        channel,
                        method(CSDS, MethodType.UNARY),
                        CallOptions.DEFAULT,
                        request.toByteArray()));
    }

    private static String text(GenericXdsConfig config) {
        return config.getName()
                + " "
                + config.getClientStatus()
                + " "
                + config.getConfigStatus()
                + " "
                + config.getErrorState().getDetails();
    }

    private static void await(ManagedChannel channel, NodeMatcher matcher, String... expected) {
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> {
                    var request = ClientStatusRequest.newBuilder().addNodeMatchers(matcher).build();
                    assertThat(ask(channel, request).getConfigList())
                            .singleElement()
                            .satisfies(config ->
                                    assertThat(config.getGenericXdsConfigsList())
                                            .extracting(ClientStatusIT::text)
                                            .containsExactlyInAnyOrder(expected));
                });
    }

    @Test
    void tellsOfEachNodeAndResourceWhatTheNodeSaid() throws Exception {
        try (Fleet fleet = fleet(Gatekeeper.OPEN);
                XdsServer server =
                        XdsServer.start(ANY, null, fleet, new Reports(), Clock.systemUTC())) {
            // Given
            ManagedChannel channel =
                    NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                            .usePlaintext()
                            .build();
            publish(fleet, "one");
            var client = new Client(channel, "edge-1");
            new Client(channel, "other-1").answer(null);
            var edge =
                    NodeMatcher.newBuilder()
                            .setNodeId(StringMatcher.newBuilder().setPrefix("edge-"))
                            .build();
            await(channel, edge, "one REQUESTED STALE ");
            // When
            client.answer(null);
            // Then
            await(channel, edge, "one ACKED SYNCED ");
            // When
            publish(fleet, "one", "two");
            client.answer("two is no good");
            // Then
            await(channel, edge, "one ACKED SYNCED ", "two NACKED ERROR two is no good");
            var everybody = ask(channel, ClientStatusRequest.getDefaultInstance());
            assertThat(everybody.getConfigList())
                    .extracting(config -> config.getNode().getId())
                    .containsExactlyInAnyOrder("edge-1", "other-1");
            assertThat(everybody.getConfig(0).getGenericXdsConfigs(0).getXdsConfig().getTypeUrl())
                    .isEqualTo(ResourceType.CLUSTER.typeUrl());
            channel.shutdownNow();
        }
    }

    @Test
    void aStreamIsAnsweredOncePerRequestUntilItIsClosed() throws Exception {
        try (Fleet fleet = fleet(Gatekeeper.OPEN);
                XdsServer server =
                        XdsServer.start(ANY, null, fleet, new Reports(), Clock.systemUTC())) {
            // Given
            ManagedChannel channel =
                    NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                            .usePlaintext()
                            .build();
            publish(fleet, "one");
            var client = new Client(channel, "edge-1");
            var edge =
                    NodeMatcher.newBuilder()
                            .setNodeId(StringMatcher.newBuilder().setExact("edge-1"))
                            .build();
            await(channel, edge, "one REQUESTED STALE ");
            BlockingQueue<String> came = new LinkedBlockingQueue<>();
            StreamObserver<byte[]> stream = statusStream(channel, came);
            byte[] request =
                    ClientStatusRequest.newBuilder().addNodeMatchers(edge).build().toByteArray();
            // When
            stream.onNext(request);
            // Then
            assertThat(came.take()).isEqualTo("[one REQUESTED STALE ]");
            // When the node has answered
            client.answer(null);
            await(channel, edge, "one ACKED SYNCED ");
            stream.onNext(request);
            stream.onNext(request);
            stream.onCompleted();
            // Then
            assertThat(came.take()).isEqualTo("[one ACKED SYNCED ]");
            assertThat(came.take()).isEqualTo("[one ACKED SYNCED ]");
            assertThat(came.take()).isEqualTo("completed");
            channel.shutdownNow();
        }
    }

    private static StreamObserver<byte[]> statusStream(
            ManagedChannel channel, BlockingQueue<String> came) {
        String path = CSDS.replace("Fetch", "Stream");
        return ClientCalls.asyncBidiStreamingCall(
                channel.newCall(method(path, MethodType.BIDI_STREAMING), CallOptions.DEFAULT),
                new StreamObserver<>() {
                    @Override
                    public void onNext(byte[] value) {
                        try {
                            var configs = ClientStatusResponse.parseFrom(value).getConfigList();
                            came.add(
                                    configs.getFirst().getGenericXdsConfigsList().stream()
                                            .map(ClientStatusIT::text)
                                            .toList()
                                            .toString());
                        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                            came.add(e.toString());
                        }
                    }

                    @Override
                    public void onError(Throwable problem) {
                        came.add(problem.toString());
                    }

                    @Override
                    public void onCompleted() {
                        came.add("completed");
                    }
                });
    }

    @Test
    void whoHasToProveWhoItIsHearsOnlyOfItself() throws Exception {
        Gatekeeper byName =
                (credential, node) -> node.id().startsWith("edge") ? null : "not " + node.id();
        try (Fleet fleet = fleet(byName);
                XdsServer server =
                        XdsServer.start(ANY, null, fleet, new Reports(), Clock.systemUTC())) {
            // Given
            ManagedChannel channel =
                    NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                            .usePlaintext()
                            .build();
            publish(fleet, "one");
            new Client(channel, "edge-1").answer(null);
            new Client(channel, "edge-2").answer(null);
            // Then
            var own =
                    ClientStatusRequest.newBuilder()
                            .setNode(Node.newBuilder().setId("edge-1"))
                            .build();
            assertThat(ask(channel, own).getConfigList())
                    .extracting(config -> config.getNode().getId())
                    .containsExactly("edge-1");
            var other =
                    ClientStatusRequest.newBuilder()
                            .setNode(Node.newBuilder().setId("core-1"))
                            .build();
            for (var request : List.of(ClientStatusRequest.getDefaultInstance(), other)) {
                assertThatThrownBy(() -> ask(channel, request))
                        .isInstanceOf(StatusRuntimeException.class)
                        .hasMessageContaining("PERMISSION_DENIED");
            }
            channel.shutdownNow();
        }
    }
}
