package io.postern.xds.server.load;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.postern.config.model.ResourceType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Incremental nodes that ask for all route configurations and accept whatever comes, as fast as
 * they can: they look at nothing but the nonce and the number of resources. Some hundred of them
 * share a connection.
 */
final class SimulatedNodes implements AutoCloseable {
    private static final int PER_CONNECTION = 500;
    private static final int MOST_OCTETS = 64 << 20;
    private static final int RESOURCES = 2;
    private static final int NONCE = 5;
    private static final String ROUTES = ResourceType.ROUTES.typeUrl();

    private static final MethodDescriptor.Marshaller<byte[]> OCTETS =
            new MethodDescriptor.Marshaller<>() {
                @Override
                public InputStream stream(byte[] value) {
                    return new ByteArrayInputStream(value);
                }

                @Override
                public byte[] parse(InputStream stream) {
                    try {
                        return stream.readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };
    private static final MethodDescriptor<byte[], byte[]> DELTA =
            MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                    .setFullMethodName(
                            "envoy.service.discovery.v3.AggregatedDiscoveryService/"
                                    + "DeltaAggregatedResources")
                    .setRequestMarshaller(OCTETS)
                    .setResponseMarshaller(OCTETS)
                    .build();

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<String> names;
    private final AtomicLong resources = new AtomicLong();
    private final AtomicInteger failed = new AtomicInteger();

    /**
     * @param names that they ask for; empty: all there are
     */
    SimulatedNodes(InetSocketAddress server, int count, List<String> names) {
        this.names = names;
        for (int i = 0; i < count; i++) {
            if (i % PER_CONNECTION == 0) {
                channels.add(
                        NettyChannelBuilder.forAddress(server)
                                .usePlaintext()
                                .directExecutor()
                                .maxInboundMessageSize(MOST_OCTETS)
                                .build());
            }
            open(channels.getLast(), "simulated-" + i);
        }
    }

    /** Resources that came so far, of all nodes. */
    long resources() {
        return resources.get();
    }

    /** Streams that ended. */
    int failed() {
        return failed.get();
    }

    private void open(ManagedChannel channel, String id) {
        ClientCall<byte[], byte[]> call = channel.newCall(DELTA, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(byte[] message) {
                        accept(call, message);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        failed.incrementAndGet();
                    }
                },
                new Metadata());
        call.request(1);
        var node = Node.newBuilder().setId(id).setCluster("load").setUserAgentName("simulated");
        call.sendMessage(
                DeltaDiscoveryRequest.newBuilder()
                        .setNode(node)
                        .setTypeUrl(ROUTES)
                        .addAllResourceNamesSubscribe(names)
                        .build()
                        .toByteArray());
    }

    private void accept(ClientCall<byte[], byte[]> call, byte[] message) {
        int count = 0;
        String nonce = "";
        try {
            var in = CodedInputStream.newInstance(message);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int field = WireFormat.getTagFieldNumber(tag);
                if (field == NONCE) {
                    nonce = in.readString();
                } else {
                    count += field == RESOURCES ? 1 : 0;
                    in.skipField(tag);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        call.sendMessage(
                DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(ROUTES)
                        .setResponseNonce(nonce)
                        .build()
                        .toByteArray());
        call.request(1);
        resources.addAndGet(count);
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
