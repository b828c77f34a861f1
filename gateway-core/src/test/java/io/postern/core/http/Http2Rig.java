package io.postern.core.http;

import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.postern.config.model.Cluster;
import io.postern.config.model.HttpConnectionManager;
import io.postern.core.http.HttpConnection.Protocol;
import io.postern.core.runtime.FlushBatch;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Our client against our server over a loopback socket, both on one event loop. */
final class Http2Rig implements ClientConnection.Listener {
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicLong ids = new AtomicLong();
    private final CodecWorker worker;
    private final Channel listening;
    final List<ServerChannel.Exchange> exchanges = new CopyOnWriteArrayList<>();
    final List<HttpConnection> accepted = new CopyOnWriteArrayList<>();
    final List<String> pool = new CopyOnWriteArrayList<>();
    final Buffers buffers;
    final ClientConnection client;

    Http2Rig(Buffers buffers, HttpConnectionManager manager, Cluster cluster, Protocol protocol)
            throws Exception {
        this.buffers = buffers;
        worker = new CodecWorker(new FlushBatch(group.next()), ids::incrementAndGet);
        var server = new ServerPipeline(worker, manager, 65536, this::accept);
        listening =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .childOption(ChannelOption.ALLOCATOR, buffers.allocator)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        server.install(channel, null);
                                    }
                                })
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .sync()
                        .channel();
        Channel channel = connect();
        client =
                onLoop(() ->
                        new ClientPipeline(worker, cluster).install(channel, protocol, null, this));
    }

    private Channel connect() throws InterruptedException {
        return new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.ALLOCATOR, buffers.allocator)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {}
                        })
                .connect(listening.localAddress())
                .sync()
                .channel();
    }

    private ServerStreams accept(HttpConnection connection) {
        accepted.add(connection);
        return new ServerStreams() {
            @Override
            public HttpStreamListener onStream(HttpStream stream, Protocol protocol) {
                var exchange = new ServerChannel.Exchange(stream, protocol);
                exchanges.add(exchange);
                return exchange;
            }

            @Override
            public void onConnectionClosed() {
                pool.add("server closed");
            }
        };
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    <T> T onLoop(Callable<T> call) throws Exception {
        return group.next().submit(call).get();
    }

    void run(Runnable task) throws Exception {
        group.next().submit(task).get();
    }

    /** Opens a stream on the client. */
    HttpStream open(Heard heard) throws Exception {
        return onLoop(() -> client.openStream(heard));
    }

    /** The exchange number {@code index}, once it has heard {@code events} events. */
    ServerChannel.Exchange exchange(int index, int events) {
        await().atMost(Duration.ofSeconds(5))
                .until(() ->
                        exchanges.size() > index && exchanges.get(index).events.size() >= events);
        return exchanges.get(index);
    }

    static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(5)).until(condition);
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

    void close() throws Exception {
        run(client::close);
        for (HttpConnection connection : accepted) {
            run(connection::close);
        }
        listening.close().sync();
        group.shutdownGracefully(0, 2, java.util.concurrent.TimeUnit.SECONDS).sync();
    }
}
