package io.postern.core.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.postern.config.model.Cluster.ProxyHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Writes the PROXY header that begins a connection to an upstream. Pure functions.
 *
 * <p>Source: HAProxy's proxy-protocol.txt; Envoy's {@code upstream_proxy_protocol} for what is said
 * of connections that belong to no client's connection.
 */
public final class ProxyHeaderWriter {
    private static final byte[] SIGNATURE = {
        '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
    };
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;

    private ProxyHeaderWriter() {}

    /**
     * The header.
     *
     * @param client null: none, as for health checks and for HTTP, whose connections are shared
     * @param own the ends of the upstream connection
     */
    public static ByteBuf write(
            ProxyHeader version,
            @Nullable ProxiedPeers client,
            ProxiedPeers own,
            ByteBufAllocator alloc) {
        return version == ProxyHeader.V1
                ? version1(client == null ? own : client, alloc)
                : version2(client, alloc);
    }

    private static ByteBuf version1(ProxiedPeers peers, ByteBufAllocator alloc) {
        Ends ends = Ends.of(peers);
        String line =
                ends == null
                        ? "PROXY UNKNOWN\r\n"
                        : (ends.from().length == 4 ? "PROXY TCP4 " : "PROXY TCP6 ")
                                + ends.client().getAddress().getHostAddress()
                                + ' '
                                + ends.local().getAddress().getHostAddress()
                                + ' '
                                + ends.client().getPort()
                                + ' '
                                + ends.local().getPort()
                                + "\r\n";
        return ByteBufUtil.writeUtf8(alloc, line);
    }

    private static ByteBuf version2(@Nullable ProxiedPeers client, ByteBufAllocator alloc) {
        ByteBuf header = alloc.buffer(52).writeBytes(SIGNATURE);
        Ends ends = client == null ? null : Ends.of(client);
        if (ends == null) {
            return header.writeByte(LOCAL).writeByte(0).writeShort(0);
        }
        byte[] from = ends.from();
        byte[] to = ends.local().getAddress().getAddress();
        return header.writeByte(PROXY)
                .writeByte(from.length == 4 ? TCP4 : TCP6)
                .writeShort(from.length + to.length + 4)
                .writeBytes(from)
                .writeBytes(to)
                .writeShort(ends.client().getPort())
                .writeShort(ends.local().getPort());
    }

    /** Two Internet addresses of one family. */
    private record Ends(InetSocketAddress client, InetSocketAddress local) {
        /** Null for what a header cannot name. */
        static @Nullable Ends of(ProxiedPeers peers) {
            SocketAddress client = peers.client();
            SocketAddress local = peers.local();
            return client instanceof InetSocketAddress from
                            && local instanceof InetSocketAddress to
                            && sameFamily(from.getAddress(), to.getAddress())
                    ? new Ends(from, to)
                    : null;
        }

        private static boolean sameFamily(@Nullable InetAddress one, @Nullable InetAddress other) {
            return one != null
                    && other != null
                    && one.getAddress().length == other.getAddress().length;
        }

        byte[] from() {
            return client.getAddress().getAddress();
        }
    }
}
