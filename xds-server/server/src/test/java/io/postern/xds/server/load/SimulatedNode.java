package io.postern.xds.server.load;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.postern.config.model.ResourceType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * An incremental node with a connection of its own. It asks for route configurations and accepts
 * whatever comes; it speaks gRPC in frames, so that ten thousand of it cost less than their server.
 *
 * <p>Confined to the thread of its {@link SimulatedNodes}.
 */
final class SimulatedNode {
    private static final String PATH =
            "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";
    private static final String ROUTES = ResourceType.ROUTES.typeUrl();

    private final String id;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final SimulatedNodes nodes;
    private final ResponseScan scan = new ResponseScan(this::answer);
    private final Queue<ByteBuffer> out = new ArrayDeque<>();
    private final ByteBuffer header = ByteBuffer.allocate(Http2.FRAME_HEADER);
    private int type = -1;
    private int flags;
    private int left;
    private int unacknowledged;
    private ByteBuffer payload = ByteBuffer.allocate(0);

    /**
     * @param key of its connection, which is not there yet
     */
    SimulatedNode(String id, SocketChannel channel, SelectionKey key, SimulatedNodes nodes) {
        this.id = id;
        this.channel = channel;
        this.key = key;
        this.nodes = nodes;
    }

    /**
     * What all of them ask for with their first request.
     *
     * @param held what they have from another stream, by name
     */
    static byte[] firstRequest(List<String> names, Map<String, String> held) {
        return DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(ROUTES)
                .addAllResourceNamesSubscribe(names)
                .putAllInitialResourceVersions(held)
                .build()
                .toByteArray();
    }

    String id() {
        return id;
    }

    /** Says who it is and what it asks for; then it is silent until something comes. */
    void begin(byte[] firstRequest) throws IOException {
        if (!channel.finishConnect()) {
            return;
        }
        byte[] who =
                DeltaDiscoveryRequest.newBuilder()
                        .setNode(Node.newBuilder().setId(id).setCluster("load"))
                        .build()
                        .toByteArray();
        byte[] request = Arrays.copyOf(firstRequest, firstRequest.length + who.length);
        System.arraycopy(who, 0, request, firstRequest.length, who.length);
        if (request.length > Http2.FIRST_WINDOW) {
            throw new IllegalArgumentException("more names than fit into the first window");
        }
        send(Http2.begin(PATH, request));
        flush();
    }

    /** Reads what is there. */
    void read(ByteBuffer buffer) throws IOException {
        while (true) {
            buffer.clear();
            int count = channel.read(buffer);
            if (count < 0) {
                throw new IOException("the server has closed the connection");
            }
            if (count == 0) {
                break;
            }
            buffer.flip();
            while (buffer.hasRemaining()) {
                take(buffer);
            }
            if (count < buffer.capacity()) {
                break;
            }
        }
        flush();
    }

    private void take(ByteBuffer in) throws IOException {
        if (type < 0) {
            while (in.hasRemaining() && header.hasRemaining()) {
                header.put(in.get());
            }
            if (header.hasRemaining()) {
                return;
            }
            header.flip();
            int first = header.getInt();
            left = first >>> 8;
            type = first & 0xff;
            flags = header.get();
            header.clear();
            payload = ByteBuffer.allocate(type == Http2.DATA ? 0 : left);
        }
        int count = Math.min(left, in.remaining());
        left -= count;
        if (type == Http2.DATA) {
            scan.take(in, count);
            unacknowledged += count;
        } else {
            payload.put(in.slice(in.position(), count));
            in.position(in.position() + count);
        }
        if (left == 0) {
            frameEnds();
            type = -1;
        }
    }

    private void frameEnds() throws IOException {
        switch (type) {
            case Http2.SETTINGS -> {
                if ((flags & Http2.ACK) == 0) {
                    send(Http2.frame(Http2.SETTINGS, Http2.ACK, 0, new byte[0]));
                }
            }
            case Http2.PING -> {
                if ((flags & Http2.ACK) == 0) {
                    send(Http2.frame(Http2.PING, Http2.ACK, 0, payload.array()));
                }
            }
            case Http2.RST_STREAM, Http2.GOAWAY ->
                    throw new IOException("the server has ended the stream");
            case Http2.DATA -> {
                if (unacknowledged > Http2.FIRST_WINDOW / 2) {
                    send(Http2.read(unacknowledged));
                    unacknowledged = 0;
                }
            }
            default -> {}
        }
        boolean mayEnd = type == Http2.DATA || type == Http2.HEADERS;
        if (mayEnd && (flags & Http2.END_STREAM) != 0) {
            throw new IOException("the server has ended the stream");
        }
    }

    private void answer(int resources, String nonce) {
        send(
                Http2.data(
                        DeltaDiscoveryRequest.newBuilder()
                                .setTypeUrl(ROUTES)
                                .setResponseNonce(nonce)
                                .build()
                                .toByteArray()));
        nodes.received(resources);
    }

    private void send(byte[] octets) {
        out.add(ByteBuffer.wrap(octets));
    }

    /** Writes as much as there is room for. */
    void flush() throws IOException {
        for (ByteBuffer next = out.peek(); next != null; next = out.peek()) {
            channel.write(next);
            if (next.hasRemaining()) {
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                return;
            }
            out.poll();
        }
        key.interestOps(SelectionKey.OP_READ);
    }
}
