package io.postern.core.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.postern.sdk.StreamInfo.TlsInfo;
import org.jspecify.annotations.Nullable;

/** A handshake between two channels without sockets. */
final class Handshake {
    @Nullable TlsInfo client;
    @Nullable TlsInfo server;
    String clientFailure = "";

    static Handshake between(UpstreamTls upstream, DownstreamTls downstream) {
        return between(upstream, "", downstream);
    }

    static Handshake between(UpstreamTls upstream, String hostname, DownstreamTls downstream) {
        ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;
        SslHandler client = upstream.newHandler(allocator, hostname, 443);
        EmbeddedChannel left = new EmbeddedChannel(client);
        EmbeddedChannel right = new EmbeddedChannel(downstream.newHandler(allocator, null));
        try {
            boolean moved = true;
            for (int i = 0; i < 20 && moved; i++) {
                moved = move(left, right);
                moved |= move(right, left);
                left.runPendingTasks();
                right.runPendingTasks();
            }
            Handshake result = new Handshake();
            if (client.handshakeFuture().isSuccess()) {
                result.client = upstream.info(client);
            } else if (client.handshakeFuture().cause() != null) {
                result.clientFailure = TlsFailureText.of(client.handshakeFuture().cause());
            }
            SslHandler accepted = right.pipeline().get(SslHandler.class);
            if (accepted != null && accepted.handshakeFuture().isSuccess()) {
                result.server = downstream.info(accepted);
            }
            return result;
        } finally {
            var _ = left.close();
            var _ = right.close();
            drain(left);
            drain(right);
        }
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        boolean moved = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            moved = true;
            if (to.isOpen()) {
                try {
                    to.writeInbound(bytes);
                } catch (Exception e) {
                    // The failure of a handshake arrives here, too; it is read from the future.
                    moved = true;
                }
            } else {
                bytes.release();
            }
        }
        return moved;
    }

    private static void drain(EmbeddedChannel channel) {
        for (Object left = channel.readOutbound(); left != null; left = channel.readOutbound()) {
            ReferenceCountUtil.release(left);
        }
        for (Object left = channel.readInbound(); left != null; left = channel.readInbound()) {
            ReferenceCountUtil.release(left);
        }
    }
}
