package io.postern.core.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOption;
import io.netty.channel.embedded.EmbeddedChannel;
import io.postern.config.model.Cluster;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.core.runtime.FlushBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** An upstream connection without a socket. */
final class ClientChannel implements AutoCloseable, ClientConnection.Listener {
    final EmbeddedChannel channel = new EmbeddedChannel();
    final List<String> pool = new ArrayList<>();
    final ClientConnection connection;
    private final Buffers buffers;

    ClientChannel(Buffers buffers, Cluster cluster) {
        this(buffers, cluster, Protocol.HTTP_1_1);
    }

    ClientChannel(Buffers buffers, Cluster cluster, Protocol protocol) {
        this.buffers = buffers;
        channel.config().setOption(ChannelOption.ALLOCATOR, buffers.allocator);
        var worker =
                new CodecWorker(
                        new FlushBatch(channel.eventLoop()), new AtomicLong()::incrementAndGet);
        connection = new ClientPipeline(worker, cluster).install(channel, protocol, null, this);
    }

    void send(String octets) {
        channel.writeInbound(buffers.of(octets));
        channel.runPendingTasks();
    }

    void sendOctetByOctet(String octets) {
        for (int i = 0; i < octets.length() && channel.isOpen(); i++) {
            channel.writeInbound(buffers.of(octets.substring(i, i + 1)));
        }
        channel.runPendingTasks();
    }

    String received() {
        channel.runPendingTasks();
        var text = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            text.append(out.toString(StandardCharsets.ISO_8859_1));
            out.release();
        }
        return text.toString();
    }

    @Override
    public void onStreamClosed(ClientConnection of) {
        pool.add("stream closed");
    }

    @Override
    public void onCapacityChanged(ClientConnection of) {
        pool.add("capacity changed");
    }

    @Override
    public void onClosed(ClientConnection of) {
        pool.add("closed");
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
