package io.postern.core.tcp;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.postern.config.model.Cluster.ProxyHeader;
import io.postern.core.http.HttpConnection;
import io.postern.core.http.HttpStream;
import io.postern.core.http.HttpStreamListener;
import io.postern.core.http.ResetReason;
import io.postern.core.upstream.ChannelRequester;
import io.postern.core.upstream.LoadBalancerContext;
import io.postern.core.upstream.ProxiedPeers;
import io.postern.core.upstream.ProxyHeaderWriter;
import io.postern.core.upstream.StreamRequester;
import io.postern.core.upstream.StreamRequester.Failure;
import io.postern.core.upstream.UpstreamHost;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.Worker.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * The upstream's side of a CONNECT request that ends here: the head is answered with 200 as soon as
 * there is a connection, and the payload of either direction is its octets.
 *
 * <pre>
 *  CONNECTING -> OPEN (head written, 200 told) -> both ends passed on, or reset -> OVER
 * </pre>
 *
 * <p>Source: Envoy's {@code TcpUpstream}. Confined to the event loop.
 */
final class ByteStream extends ChannelInboundHandlerAdapter
        implements HttpStream, ChannelRequester, Cancellable {
    private final ByteStreamCluster cluster;
    private final LoadBalancerContext context;
    private final StreamRequester requester;
    private Cancellable connecting = () -> {};
    private Cancellable timer = () -> {};
    private @Nullable Channel channel;
    private @Nullable HttpStreamListener listener;
    private boolean established;
    private boolean reading = true;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean over;

    ByteStream(ByteStreamCluster cluster, LoadBalancerContext context, StreamRequester requester) {
        this.cluster = cluster;
        this.context = context;
        this.requester = requester;
    }

    // -- connecting

    Cancellable open() {
        timer =
                cluster.worker()
                        .schedule(cluster.config().connectTimeout().toNanos(), this::tooSlow);
        Cancellable asked = cluster.open(this);
        if (channel == null && !over) {
            connecting = asked;
        }
        return this;
    }

    @Override
    public void cancel() {
        if (channel == null && !over) {
            end();
        }
    }

    private void end() {
        over = true;
        timer.cancel();
        connecting.cancel();
    }

    private void tooSlow() {
        if (channel == null && !over) {
            end();
            requester.onStreamFailure(Failure.CONNECTION_TIMEOUT, null, "");
        }
    }

    @Override
    public LoadBalancerContext context() {
        return context;
    }

    @Override
    public @Nullable ProxiedPeers proxied() {
        return context.proxied();
    }

    @Override
    public void onChannel(Channel opened, UpstreamHost host) {
        timer.cancel();
        if (over) {
            var _ = opened.close();
            return;
        }
        channel = opened;
        int high = Math.max(2, cluster.config().bufferLimitBytes());
        opened.config()
                .setOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(high / 2, high));
        opened.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        opened.pipeline().addLast(this);
        listener = requester.streamListener();
        requester.onStreamReady(this, host);
    }

    @Override
    public void onChannelFailure(
            Failure failure, @Nullable UpstreamHost host, String transportFailure) {
        if (!over) {
            end();
            requester.onStreamFailure(failure, host, transportFailure);
        }
    }

    // -- from the client

    @Override
    public void writeHeaders(HeaderMap head, boolean endOfStream) {
        ProxyHeader header = cluster.rules().proxyHeader();
        Channel open = requireNonNull(channel);
        if (header != null) {
            var own = new ProxiedPeers(open.localAddress(), open.remoteAddress());
            var _ =
                    open.writeAndFlush(
                            ProxyHeaderWriter.write(header, context.proxied(), own, open.alloc()));
        }
        // Not now: whoever writes the head is not ready for an answer.
        cluster.worker().execute(this::answer);
        if (endOfStream) {
            endOutput();
        }
    }

    private void answer() {
        if (!over) {
            established = true;
            requireNonNull(channel).config().setAutoRead(reading);
            requireNonNull(listener)
                    .onHeaders(HeaderMap.of(HeaderName.STATUS.toString(), "200"), false);
        }
    }

    @Override
    public void writeData(ByteBuf data, boolean endOfStream) {
        Channel open = channel;
        if (over || open == null) {
            data.release();
            return;
        }
        var _ = open.writeAndFlush(data, open.voidPromise());
        if (endOfStream) {
            endOutput();
        }
    }

    @Override
    public void writeTrailers(HeaderMap trailers) {
        endOutput();
    }

    // TLS has no half of a connection that others rely on: it stays open for the other direction.
    private void endOutput() {
        Channel open = channel;
        if (over || outputEnded || open == null) {
            return;
        }
        outputEnded = true;
        if (!inputEnded
                && open instanceof DuplexChannel duplex
                && open.pipeline().get(SslHandler.class) == null) {
            var _ =
                    open.writeAndFlush(Unpooled.EMPTY_BUFFER)
                            .addListener(_ -> {
                                var _ = duplex.shutdownOutput();
                            });
        }
        closeIfEnded();
    }

    private void closeIfEnded() {
        Channel open = channel;
        if (inputEnded && outputEnded && open != null) {
            over = true;
            var _ =
                    open.writeAndFlush(Unpooled.EMPTY_BUFFER)
                            .addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void reset(ResetReason reason) {
        over = true;
        Channel open = channel;
        if (open != null) {
            var _ = open.close();
        }
    }

    @Override
    public void setReading(boolean wanted) {
        reading = wanted;
        Channel open = channel;
        if (established && open != null) {
            open.config().setAutoRead(wanted);
        }
    }

    @Override
    public boolean isWritable() {
        return channel != null && channel.isWritable();
    }

    @Override
    public HttpConnection connection() {
        return new ByteStreamConnection(requireNonNull(channel));
    }

    // -- from the upstream

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (!over && message instanceof ByteBuf data) {
            requireNonNull(listener).onData(data, false);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            from.fireUserEventTriggered(event);
        } else if (!over && !inputEnded) {
            inputEnded = true;
            closeIfEnded();
            requireNonNull(listener).onData(Unpooled.EMPTY_BUFFER, true);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        if (!over) {
            requireNonNull(listener).onWritabilityChanged(from.channel().isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        if (!over) {
            over = true;
            requireNonNull(listener).onReset(ResetReason.CONNECTION_TERMINATION, "");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        var _ = from.close();
    }
}
