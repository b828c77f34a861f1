package io.postern.core.format;

import io.netty.util.NetUtil;
import io.postern.sdk.StreamInfo;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Operators that show addresses: {@code 192.0.2.1:80}, {@code [2001:db8::1]:80} or a path. */
final class AddressOperators {
    private AddressOperators() {}

    static @Nullable Operator of(String name) {
        String base = name.replaceFirst("_WITHOUT_PORT$|_PORT$", "");
        boolean port = name.endsWith("_PORT") && !name.endsWith("_WITHOUT_PORT");
        boolean whole = base.equals(name);
        Source source =
                switch (base + (port ? "_ADDRESS" : "")) {
                    case "UPSTREAM_HOST", "UPSTREAM_REMOTE_ADDRESS" -> StreamInfo::upstreamAddress;
                    case "UPSTREAM_LOCAL_ADDRESS" -> StreamInfo::upstreamLocalAddress;
                    case "DOWNSTREAM_LOCAL_ADDRESS", "DOWNSTREAM_DIRECT_LOCAL_ADDRESS" ->
                            StreamInfo::localAddress;
                    case "DOWNSTREAM_REMOTE_ADDRESS" -> StreamInfo::remoteAddress;
                    case "DOWNSTREAM_DIRECT_REMOTE_ADDRESS" -> StreamInfo::directRemoteAddress;
                    default -> null;
                };
        if (source == null) {
            return null;
        }
        if (port) {
            return Operator.number(view -> port(source.address(view.streamInfo())));
        }
        return (view, out) -> {
            SocketAddress address = source.address(view.streamInfo());
            if (address != null) {
                write(address, whole, out);
            }
            return address != null;
        };
    }

    private static int port(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress socket ? socket.getPort() : -1;
    }

    private static void write(SocketAddress address, boolean withPort, OctetBuffer out) {
        if (!(address instanceof InetSocketAddress socket) || socket.getAddress() == null) {
            out.appendUtf8(address.toString());
            return;
        }
        if (socket.getAddress() instanceof Inet4Address ip) {
            writeIp4(ip, out);
        } else {
            String text = NetUtil.toAddressString(socket.getAddress());
            if (withPort) {
                out.append('[');
            }
            out.appendLatin1(text);
            if (withPort) {
                out.append(']');
            }
        }
        if (withPort) {
            out.append(':');
            out.appendDecimal(socket.getPort());
        }
    }

    private static void writeIp4(Inet4Address ip, OctetBuffer out) {
        byte[] octets = ip.getAddress();
        for (int i = 0; i < octets.length; i++) {
            if (i > 0) {
                out.append('.');
            }
            out.appendDecimal(octets[i] & 0xff);
        }
    }

    @FunctionalInterface
    private interface Source {
        @Nullable SocketAddress address(StreamInfo info);
    }
}
