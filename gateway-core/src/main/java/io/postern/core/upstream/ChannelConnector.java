package io.postern.core.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.postern.config.model.Address;
import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.ProxyHeader;
import io.postern.core.http.ClientConnection;
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
    private final SharedCluster shared;
    private final UpstreamChannels channels;
    private final UpstreamLoop loop;

    ChannelConnector(SharedCluster shared, UpstreamChannels channels, UpstreamLoop loop) {
        this.shared = shared;
        this.cluster = shared.config();
        this.channels = channels;
        this.loop = loop;
    }

    /** Who waits for a connection without a codec. */
    interface Opened {
        /** Connected, TLS in place. */
        void connected(Channel channel, @Nullable TlsInfo agreed);

        /** There is none. */
        void failed(String text);
    }

    @Override
    public Cancellable connect(
            HostOnWorker host, Offer offer, @Nullable ProxiedPeers client, Waiter waiter) {
        return connect(where(host), offer, client, waiter);
    }

    @Override
    public Cancellable open(HostOnWorker host, ChannelRequester requester) {
        return open(
                where(host),
                Offer.of(cluster.protocol(), HttpConnection.Protocol.HTTP_1_1),
                new Opened() {
                    @Override
                    public void connected(Channel channel, @Nullable TlsInfo agreed) {
                        host.onConnectionOpened();
                        channel.closeFuture().addListener(closed -> host.onConnectionClosed());
                        requester.onChannel(channel, host);
                    }

                    @Override
                    public void failed(String text) {
                        host.onConnectFailed();
                        requester.onChannelFailure(Failure.CONNECTION_FAILURE, host, text);
                    }
                },
                requester.proxied());
    }

    private Destination where(HostOnWorker host) {
        HostSpec spec = host.spec();
        return new Destination(
                host.address(), spec.hostname(), shared.tls(shared.socketOf(spec.endpoint())));
    }

    /**
     * Where to connect to.
     *
     * @param hostname for TLS; may be empty
     * @param tls null: plain text
     */
    record Destination(SocketAddress address, String hostname, @Nullable ClusterTls tls) {}

    /** The same to any address, for nobody. */
    Cancellable connect(Destination to, Offer offer, Waiter waiter) {
        return connect(to, offer, null, waiter);
    }

    private Cancellable connect(
            Destination to, Offer offer, @Nullable ProxiedPeers client, Waiter waiter) {
        return open(
                to,
                offer,
                new Opened() {
                    @Override
                    public void connected(Channel channel, @Nullable TlsInfo agreed) {
                        install(channel, offer, agreed, waiter);
                    }

                    @Override
                    public void failed(String text) {
                        waiter.onConnectFailed(Failure.CONNECTION_FAILURE, text);
                    }
                },
                client);
    }

    private void install(Channel channel, Offer offer, @Nullable TlsInfo agreed, Waiter waiter) {
        ClientConnection connection;
        try {
            String alpn = agreed == null ? "" : agreed.alpn();
            connection =
                    loop.codec().install(channel, offer.negotiated(alpn), cluster, agreed, waiter);
        } catch (RuntimeException bug) {
            var _ = channel.close();
            waiter.onConnectFailed(Failure.CONNECTION_FAILURE, "no codec: " + bug);
            throw bug;
        }
        waiter.onConnected(connection);
    }

    /** A connection with TLS, where the cluster has it, and no codec. */
    Cancellable open(Destination to, Offer offer, Opened opened) {
        return open(to, offer, opened, null);
    }

    private Cancellable open(
            Destination to, Offer offer, Opened opened, @Nullable ProxiedPeers client) {
        Attempt attempt = new Attempt(channels.open(to.address()), offer, opened, client);
        attempt.start(to);
        return attempt;
    }

    /** One connection being made. */
    private final class Attempt implements Cancellable {
        private final Channel channel;
        private final Offer offer;
        private final Opened opened;
        private final @Nullable ProxiedPeers client;
        private boolean over;

        Attempt(Channel channel, Offer offer, Opened opened, @Nullable ProxiedPeers client) {
            this.client = client;
            this.channel = channel;
            this.offer = offer;
            this.opened = opened;
        }

        void start(Destination to) {
            SocketAddress address = to.address();
            ClusterTls tls = to.tls();
            if (address instanceof InetSocketAddress) {
                channel.config().setOption(ChannelOption.TCP_NODELAY, true);
                channels.keepAlive(channel, cluster.sockets().keepalive());
            }
            // The pool keeps the time, over TLS as well.
            channel.config().setConnectTimeoutMillis(0);
            ChannelFuture registered = loop.eventLoop().register(channel);
            if (registered.cause() != null) {
                fail(ConnectFailureText.of(registered.cause(), true));
                return;
            }
            ChannelFuture connecting = connect(address);
            boolean immediate = connecting.isDone();
            connecting.addListener(done -> {
                if (over) {
                    return;
                }
                if (done.cause() != null) {
                    fail(ConnectFailureText.of(done.cause(), immediate));
                    return;
                }
                writeProxyHeader();
                if (tls != null) {
                    shakeHands(tls.forOffer(offer), to.hostname(), address);
                } else {
                    connected(null);
                }
            });
        }

        private void writeProxyHeader() {
            ProxyHeader version = cluster.sockets().proxyHeader();
            if (version != null) {
                var own = new ProxiedPeers(channel.localAddress(), channel.remoteAddress());
                var _ =
                        channel.writeAndFlush(
                                ProxyHeaderWriter.write(version, client, own, channel.alloc()));
            }
        }

        private ChannelFuture connect(SocketAddress address) {
            Address.Socket source = cluster.sockets().source();
            return source == null || !(address instanceof InetSocketAddress)
                    ? channel.connect(address)
                    : channel.connect(address, new InetSocketAddress(source.host(), source.port()));
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
            opened.connected(channel, agreed);
        }

        private void fail(String text) {
            over = true;
            var _ = channel.close();
            opened.failed(text);
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
