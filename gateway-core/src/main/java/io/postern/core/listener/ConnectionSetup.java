package io.postern.core.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.postern.config.model.FilterChain;
import io.postern.config.model.Listener;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Brings accepted connections of one listener and worker to their filter chain: looks at the
 * ClientHello where the listener inspects TLS, matches, and hands over to the chain. Confined to
 * the worker's event loop.
 */
@Sharable
final class ConnectionSetup extends ChannelInitializer<Channel> {
    private final boolean inspectsTls;
    private final FilterChainMatcher matcher;
    private final IdentityHashMap<FilterChain, ChainOnWorker> services;
    private final ListenerStats stats;

    ConnectionSetup(Listener listener, List<ChainOnWorker> services, ListenerStats stats) {
        this.inspectsTls = listener.inspectsTls();
        this.matcher =
                new FilterChainMatcher(listener.filterChains(), listener.defaultFilterChain());
        this.services = new IdentityHashMap<>();
        services.forEach(service -> this.services.put(service.config(), service));
        this.stats = stats;
    }

    @Override
    protected void initChannel(Channel channel) {
        stats.accepted();
        var _ = channel.closeFuture().addListener(_ -> stats.closed());
        if (inspectsTls) {
            channel.pipeline().addLast(new TlsInspector(this));
        } else {
            serve(channel, new ClientHello("", List.of()), "raw_buffer");
        }
    }

    /**
     * The connection's first bytes are known: {@code hello} is null-free, plain text has no name.
     */
    void serve(Channel channel, ClientHello hello, String transportProtocol) {
        var seen =
                new FilterChainMatcher.Seen(
                        channel.localAddress(),
                        channel.remoteAddress(),
                        hello.serverName(),
                        transportProtocol,
                        hello.alpn());
        FilterChain chain = matcher.choose(seen);
        ChainOnWorker service = chain == null ? null : services.get(chain);
        if (service == null) {
            stats.noFilterChain();
            var _ = channel.close();
        } else {
            service.serve(channel, inspectsTls ? hello.serverName() : null);
        }
    }

    static boolean looksLikeTls(ByteBuf first) {
        return first.getUnsignedByte(first.readerIndex()) == 22; // handshake record, RFC 8446 5.1
    }
}
