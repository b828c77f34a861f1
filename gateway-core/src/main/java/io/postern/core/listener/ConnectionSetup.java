package io.postern.core.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.postern.config.model.Listener;
import io.postern.config.model.LocalPorts;
import io.postern.config.model.Overload.Kind;
import io.postern.core.listener.filter.ConnectionAddresses;
import io.postern.core.listener.filter.OriginalDestination;
import io.postern.core.listener.filter.ProxyProtocolReader;
import io.postern.core.overload.OverloadState;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Brings accepted connections of one listener and worker to their filter chain: looks at the
 * ClientHello where the listener inspects TLS, matches, and hands over to the chain. Confined to
 * the worker's event loop.
 */
@Sharable
final class ConnectionSetup extends ChannelInitializer<Channel> {
    private static final List<Class<? extends ByteToMessageDecoder>> FILTERS =
            List.of(ProxyProtocolReader.class, TlsInspector.class);

    private final ListenerStats stats;
    private final OverloadState overload;
    private final RandomGenerator random;
    private ChainsOnWorker chains;

    ConnectionSetup(
            ChainsOnWorker chains,
            ListenerStats stats,
            OverloadState overload,
            RandomGenerator random) {
        this.chains = chains;
        this.stats = stats;
        this.overload = overload;
        this.random = random;
    }

    /** Connections that are matched from now on go to these. */
    void use(ChainsOnWorker replacement) {
        chains = replacement;
    }

    @Override
    protected void initChannel(Channel channel) {
        if (chains.sheds() && rejects()) {
            stats.rejected();
            var _ = channel.close();
            return;
        }
        boolean limited = chains.limited();
        if (limited && !overload.tryConnect()) {
            stats.overflowed();
            var _ = channel.close();
            return;
        }
        stats.accepted();
        var _ =
                channel.closeFuture()
                        .addListener(_ -> {
                            stats.closed();
                            if (limited) {
                                overload.disconnected();
                            }
                        });
        if (chains.restoresDestination().contains(port(channel))) {
            OriginalDestination.restore(channel);
        }
        Listener.ProxyProtocol header = chains.proxyProtocol();
        boolean begins = header != null && header.ports().contains(port(channel));
        if (begins || !chains.inspectsTls().isEmpty()) {
            FilterDeadline.arm(channel, chains.filterWait(), this);
        }
        if (header != null && begins) {
            channel.pipeline().addLast(new ProxyProtocolReader(header.optional(), this::inspect));
        } else {
            inspect(channel);
        }
    }

    // As it is known now: filters change it for the next ones.
    private static int port(Channel channel) {
        return ConnectionAddresses.local(channel) instanceof InetSocketAddress local
                ? local.getPort()
                : LocalPorts.NO_PORT;
    }

    private boolean rejects() {
        return overload.takes(Kind.REJECT_INCOMING_CONNECTIONS, random)
                || overload.takes(Kind.SHED_CONNECTIONS, random);
    }

    private void inspect(Channel channel) {
        if (chains.inspectsTls().contains(port(channel))) {
            channel.pipeline().addLast(new TlsInspector(this));
        } else {
            serve(channel, new ClientHello("", List.of()), "raw_buffer", false);
        }
    }

    /**
     * The connection's first bytes are known: {@code hello} is null-free, plain text has no name.
     *
     * @param inspected whether {@code hello} was read, and is not just empty
     */
    void serve(Channel channel, ClientHello hello, String transportProtocol, boolean inspected) {
        var seen =
                new FilterChainMatcher.Seen(
                        ConnectionAddresses.local(channel),
                        ConnectionAddresses.remote(channel),
                        channel.remoteAddress(),
                        hello.serverName(),
                        transportProtocol,
                        hello.alpn());
        FilterDeadline.disarm(channel);
        ChainOnWorker service = chains.choose(seen);
        if (service == null) {
            stats.noFilterChain();
            var _ = channel.close();
        } else {
            service.serve(channel, inspected ? hello.serverName() : null);
        }
    }

    /** Listener filters have waited for too long. */
    void tooSlow(Channel channel, boolean continues) {
        stats.tooSlow();
        if (!continues) {
            var _ = channel.close();
            return;
        }
        serve(channel, new ClientHello("", List.of()), "raw_buffer", false);
        for (Class<? extends ByteToMessageDecoder> filter : FILTERS) {
            if (channel.isOpen() && channel.pipeline().get(filter) != null) {
                channel.pipeline().remove(filter); // fires what it has gathered
            }
        }
    }

    static boolean looksLikeTls(ByteBuf first) {
        return first.getUnsignedByte(first.readerIndex()) == 22; // handshake record, RFC 8446 5.1
    }
}
