package io.postern.core.listener.filter;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the kernel where a connection was going before its packet filter redirected it here, and
 * tells that address as the connection's own. One that was not redirected stays as it is, as do all
 * where sockets are not driven by epoll. Confined to the event loop.
 *
 * <p>Source: {@code envoy.extensions.filters.listener.original_dst.v3.OriginalDst}; Linux's
 * netfilter_ipv4.h and netfilter_ipv6/ip6_tables.h.
 */
public final class OriginalDestination {
    private static final int SO_ORIGINAL_DST = 80;
    private static final RawUnixChannelOption OF_IPV4 =
            new RawUnixChannelOption("SO_ORIGINAL_DST", 0, SO_ORIGINAL_DST, 16);
    private static final RawUnixChannelOption OF_IPV6 =
            new RawUnixChannelOption("IP6T_SO_ORIGINAL_DST", 41, SO_ORIGINAL_DST, 28);

    private OriginalDestination() {}

    /** Restores the destination of a connection that was just accepted. */
    public static void restore(Channel channel) {
        if (!(channel.localAddress() instanceof InetSocketAddress local)) {
            return;
        }
        boolean six = local.getAddress() instanceof Inet6Address;
        InetSocketAddress destination = ask(channel, six ? OF_IPV6 : OF_IPV4);
        if (destination != null) {
            ConnectionAddresses.tell(channel, channel.remoteAddress(), destination);
        }
    }

    private static @Nullable InetSocketAddress ask(Channel channel, RawUnixChannelOption option) {
        try {
            @Nullable ByteBuffer address = channel.config().getOption(option);
            return address == null ? null : parse(address);
        } catch (ChannelException e) {
            return null; // ENOENT: the kernel has no entry for it, nobody redirected it
        }
    }

    /** A {@code sockaddr_in}, or a {@code sockaddr_in6}, by its length. */
    static InetSocketAddress parse(ByteBuffer address) {
        boolean six = address.remaining() > 16;
        byte[] octets = new byte[six ? 16 : 4];
        int start = address.position();
        address.get(start + (six ? 8 : 4), octets);
        int high = address.get(start + 2) & 0xff;
        int low = address.get(start + 3) & 0xff;
        try {
            return new InetSocketAddress(InetAddress.getByAddress(octets), high << 8 | low);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("bug: an address of " + octets.length + " octets", e);
        }
    }
}
