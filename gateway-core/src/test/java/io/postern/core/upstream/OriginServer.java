package io.postern.core.upstream;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.util.ReferenceCountUtil;
import io.postern.core.tls.DownstreamTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Answers every request with 200, in HTTP/1.1, or HTTP/2 where ALPN says so. */
final class OriginServer implements AutoCloseable {
    final Queue<Channel> connections = new ConcurrentLinkedQueue<>();
    private final @Nullable DownstreamTls tls;
    private final Channel listening;

    OriginServer(EventLoopGroup loops, @Nullable DownstreamTls tls) {
        this(loops, tls, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    OriginServer(EventLoopGroup loops, @Nullable DownstreamTls tls, SocketAddress address) {
        this.tls = tls;
        var kind =
                address instanceof InetSocketAddress
                        ? NioServerSocketChannel.class
                        : NioServerDomainSocketChannel.class;
        listening =
                new ServerBootstrap()
                        .group(loops)
                        .channel(kind)
                        .childHandler(new Start())
                        .bind(address)
                        .syncUninterruptibly()
                        .channel();
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** Ends every connection there is. */
    void closeConnections() {
        connections.forEach(connection -> connection.close().syncUninterruptibly());
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        closeConnections();
    }

    private final class Start extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            connections.add(channel);
            if (tls == null) {
                http1(channel);
                return;
            }
            channel.pipeline().addLast(tls.newHandler(channel.alloc(), null));
            channel.pipeline()
                    .addLast(
                            new ApplicationProtocolNegotiationHandler(
                                    ApplicationProtocolNames.HTTP_1_1) {
                                @Override
                                protected void configurePipeline(
                                        ChannelHandlerContext ctx, String protocol) {
                                    if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                                        http2(ctx.channel());
                                    } else {
                                        http1(ctx.channel());
                                    }
                                }

                                @Override
                                protected void handshakeFailure(
                                        ChannelHandlerContext ctx, Throwable cause) {
                                    // The client's side is what is looked at.
                                    var _ = ctx.close();
                                }

                                @Override
                                public void exceptionCaught(
                                        ChannelHandlerContext ctx, Throwable cause) {
                                    var _ = ctx.close();
                                }
                            });
        }
    }

    private static void http1(Channel channel) {
        channel.pipeline().addLast(new HttpServerCodec(), new Http1Answers());
    }

    private static void http2(Channel channel) {
        channel.pipeline().addLast(Http2FrameCodecBuilder.forServer().build(), new Http2Answers());
    }

    private static final class Http1Answers extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof LastHttpContent) {
                var answer =
                        new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1,
                                HttpResponseStatus.OK,
                                Unpooled.copiedBuffer(new byte[] {'o', 'k'}));
                answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 2);
                var _ = ctx.writeAndFlush(answer);
            }
            ReferenceCountUtil.release(message);
        }
    }

    private static final class Http2Answers extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2HeadersFrame head) {
                var headers = new DefaultHttp2Headers().status("200");
                var _ =
                        ctx.writeAndFlush(
                                new DefaultHttp2HeadersFrame(headers, true).stream(head.stream()));
            }
            ReferenceCountUtil.release(message);
        }
    }
}
