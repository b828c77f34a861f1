package io.postern.core.headers;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** IP addresses from and to text, never asking DNS. Thread-safe: pure functions. */
public final class IpText {
    private static final int LONGEST = 45; // an IPv6 address with an IPv4 tail

    private IpText() {}

    /** The address these octets spell, or null. */
    public static @Nullable InetAddress parse(byte[] octets, int start, int length) {
        if (length == 0 || length > LONGEST || octets[start] == '[') {
            return null;
        }
        String text = new String(octets, start, length, StandardCharsets.ISO_8859_1);
        byte[] address =
                text.indexOf('%') >= 0 ? null : NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return address == null ? null : InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("bug: an address of " + address.length + " octets", e);
        }
    }

    /** The address without port, IPv6 compressed (RFC 5952); null when it is not an IP address. */
    public static byte @Nullable [] of(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress socket && socket.getAddress() != null
                ? of(socket.getAddress())
                : null;
    }

    /** The address, IPv6 compressed (RFC 5952). */
    public static byte[] of(InetAddress address) {
        return NetUtil.toAddressString(address).getBytes(StandardCharsets.US_ASCII);
    }
}
