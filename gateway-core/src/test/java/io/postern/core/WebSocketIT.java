package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WebSocket between the JDK's client and Netty's server, with frames of 1 MiB. */
@Timeout(60)
class WebSocketIT {
    private static final int FRAME = 1024 * 1024;
    private static final String CONFIG =
            """
            static_resources:
              listeners:
              - name: main
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: hcm
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: test
                      upgrade_configs: [{upgrade_type: websocket}]
                      route_config:
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          routes:
                          - match: {prefix: /}
                            route: {cluster: up}
                      http_filters:
                      - name: router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
              clusters:
              - name: up
                load_assignment:
                  cluster_name: up
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}
            """;

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Queue<Integer> framesAtServer = new ConcurrentLinkedQueue<>();
    private final Gateway gateway = TestGateway.start(new CountingFilter());

    @AfterEach
    void close() throws InterruptedException {
        gateway.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    @Test
    void framesOfAMebibyteComeBackAsTheyWere() throws Exception {
        // Given
        var echoes = new Echoes();
        try (HttpClient client = HttpClient.newHttpClient()) {
            WebSocket socket = client.newWebSocketBuilder().buildAsync(uri(), echoes).get();
            var random = new Random(7);

            for (int round = 0; round < 16; round++) {
                byte[] sent = new byte[FRAME];
                random.nextBytes(sent);

                // When
                socket.sendBinary(ByteBuffer.wrap(sent), true).get();

                // Then
                assertThat(echoes.messages.take()).isEqualTo(sent);
            }
            assertThat(framesAtServer).hasSize(16).containsOnly(FRAME);
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").get();
            assertThat(echoes.closed.get()).isEqualTo(WebSocket.NORMAL_CLOSURE);
        }
    }

    private URI uri() throws InterruptedException {
        TestGateway.serve(gateway, CONFIG.replace("PORT", String.valueOf(startEcho())));
        return URI.create("ws://127.0.0.1:" + TestGateway.port(gateway) + "/echo");
    }

    private int startEcho() throws InterruptedException {
        var settings =
                WebSocketServerProtocolConfig.newBuilder()
                        .websocketPath("/echo")
                        .maxFramePayloadLength(2 * FRAME)
                        .build();
        Channel server =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(
                                                        new HttpServerCodec(),
                                                        new HttpObjectAggregator(1024),
                                                        new WebSocketServerProtocolHandler(
                                                                settings),
                                                        new Echo(framesAtServer));
                                    }
                                })
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .sync()
                        .channel();
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    private static final class Echo extends SimpleChannelInboundHandler<BinaryWebSocketFrame> {
        private final Queue<Integer> sizes;

        Echo(Queue<Integer> sizes) {
            this.sizes = sizes;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext from, BinaryWebSocketFrame frame) {
            sizes.add(frame.content().readableBytes());
            var _ = from.writeAndFlush(frame.retain());
        }
    }

    /** Puts the parts of messages together. */
    private static final class Echoes implements WebSocket.Listener {
        private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final ByteArrayOutputStream part = new ByteArrayOutputStream();

        @Override
        public @Nullable CompletionStage<?> onBinary(
                WebSocket socket, ByteBuffer data, boolean last) {
            byte[] octets = new byte[data.remaining()];
            data.get(octets);
            part.writeBytes(octets);
            if (last) {
                messages.add(part.toByteArray());
                part.reset();
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            var _ = closed.complete(status);
            return null;
        }
    }
}
