package io.postern.core.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.postern.config.model.Cluster;
import io.postern.core.http.HttpConnection;
import io.postern.core.tls.TlsFailureText;
import io.postern.core.tls.UpstreamTls;
import io.postern.core.upstream.StreamRequester.Failure;
import io.postern.sdk.StreamInfo.TlsInfo;
import io.postern.sdk.Worker.Cancellable;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Connects sockets on the worker's own event loop, so that a request never changes threads.
 * Confined to the event loop.
 */
final class ChannelConnector implements Connector {
    private static final ChannelHandler QUIET = new HandshakeErrors();

    private final Cluster cluster;
    private final @Nullable ClusterTls tls;
    private final UpstreamChannels channels;
    private final UpstreamLoop loop;

    /** {@code tls}: null for plain text. */
    ChannelConnector(
            Cluster cluster,
            @Nullable ClusterTls tls,
            UpstreamChannels channels,
            UpstreamLoop loop) {
        this.cluster = cluster;
        this.tls = tls;
        this.channels = channels;
        this.loop = loop;
    }

    @Override
    public Cancellable connect(HostOnWorker host, Offer offer, Waiter waiter) {
        Attempt attempt =
                new Attempt(channels.open(host.address()), offer) {
                    @Override
                    void established(Channel channel, @Nullable TlsInfo agreed) {
                        String alpn = agreed == null ? "" : agreed.alpn();
                        waiter.onConnected(
                                loop.codec()
                                        .install(
                                                channel,
                                                offer.negotiated(alpn),
                                                cluster,
                                                agreed,
                                                waiter));
                    }

                    @Override
                    void failed(String text) {
                        waiter.onConnectFailed(Failure.CONNECTION_FAILURE, text);
                    }
                };
        attempt.start(host);
        return attempt;
    }

    @Override
    public Cancellable open(HostOnWorker host, ChannelRequester requester) {
        Offer offer = Offer.of(cluster.protocol(), HttpConnection.Protocol.HTTP_1_1);
        Attempt attempt =
                new Attempt(channels.open(host.address()), offer) {
                    @Override
                    void established(Channel channel, @Nullable TlsInfo agreed) {
                        host.onConnectionOpened();
                        channel.closeFuture().addListener(closed -> host.onConnectionClosed());
                        requester.onChannel(channel, host);
                    }

                    @Override
                    void failed(String text) {
                        host.onConnectFailed();
                        requester.onChannelFailure(Failure.CONNECTION_FAILURE, host, text);
                    }
                };
        attempt.start(host);
        return attempt;
    }

    /** One connection being made. */
    private abstract class Attempt implements Cancellable {
        private final Channel channel;
        private final Offer offer;
        private boolean over;

        Attempt(Channel channel, Offer offer) {
            this.channel = channel;
            this.offer = offer;
        }

        /** {@code agreed}: null for plain text. */
        abstract void established(Channel connected, @Nullable TlsInfo agreed);

        abstract void failed(String text);

        void start(HostOnWorker host) {
            SocketAddress address = host.address();
            if (address instanceof InetSocketAddress) {
                channel.config().setOption(ChannelOption.TCP_NODELAY, true);
            }
            // The pool keeps the time, over TLS as well.
            channel.config().setConnectTimeoutMillis(0);
            ChannelFuture registered = loop.eventLoop().register(channel);
            if (registered.cause() != null) {
                fail(ConnectFailureText.of(registered.cause(), true));
                return;
            }
            ChannelFuture connecting = channel.connect(address);
            boolean immediate = connecting.isDone();
            connecting.addListener(done -> {
                if (over) {
                    return;
                }
                if (done.cause() != null) {
                    fail(ConnectFailureText.of(done.cause(), immediate));
                } else if (tls != null) {
                    shakeHands(tls.forOffer(offer), host.spec().hostname(), address);
                } else {
                    connected(null);
                }
            });
        }

        private void shakeHands(UpstreamTls context, String hostname, SocketAddress address) {
            int port = address instanceof InetSocketAddress inet ? inet.getPort() : 0;
            SslHandler handler = context.newHandler(channel.alloc(), hostname, port);
            channel.pipeline().addLast(handler, QUIET);
            handler.handshakeFuture()
                    .addListener(done -> {
                        if (over) {
                            return;
                        }
                        if (done.cause() != null) {
                            fail(TlsFailureText.of(done.cause()));
                        } else {
                            connected(context.info(handler));
                        }
                    });
        }

        private void connected(@Nullable TlsInfo agreed) {
            over = true;
            established(channel, agreed);
        }

        private void fail(String text) {
            over = true;
            var _ = channel.close();
            failed(text);
        }

        @Override
        public void cancel() {
            over = true;
            var _ = channel.close();
        }
    }

    /** Keeps what the handshake's future tells anyway out of the log. */
    @ChannelHandler.Sharable
    private static final class HandshakeErrors extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
            var _ = from.close();
        }
    }
}
