package io.postern.core.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.postern.config.model.FilterChain;
import io.postern.core.tls.DownstreamTls;
import org.jspecify.annotations.Nullable;

/**
 * A filter chain on one worker: TLS, if it has any, then HTTP or whatever it speaks. Confined to
 * the event loop.
 *
 * @param config the chain it was made from
 * @param open knows the chain's connections on this worker
 * @param tls shared by the workers; null: plain text
 */
public record ChainOnWorker(
        FilterChain config,
        OpenConnections open,
        ConnectionService service,
        @Nullable DownstreamTls tls) {
    /**
     * Serves a connection of which nothing has been consumed yet.
     *
     * @param serverName as read from the ClientHello; null when nobody looked
     */
    void serve(Channel channel, @Nullable String serverName) {
        open.accepted(channel);
        if (tls == null) {
            service.install(channel, null);
        } else {
            channel.pipeline()
                    .addLast(tls.newHandler(channel.alloc(), serverName))
                    .addLast(new AfterHandshake(tls));
        }
    }

    /** Puts HTTP behind TLS once the handshake is done; a failed one has closed the channel. */
    private final class AfterHandshake extends ChannelInboundHandlerAdapter {
        private final DownstreamTls shared;

        AfterHandshake(DownstreamTls shared) {
            this.shared = shared;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (!(event instanceof SslHandshakeCompletionEvent completion)) {
                ctx.fireUserEventTriggered(event);
                return;
            }
            SslHandler handler = ctx.pipeline().get(SslHandler.class);
            if (completion.isSuccess() && handler != null) {
                service.install(ctx.channel(), shared.info(handler));
                ctx.pipeline().remove(this);
            } else {
                var _ = ctx.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }
}
