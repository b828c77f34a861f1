package io.postern.core.upstream;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Addresses as Envoy writes them. Thread-safe: stateless. */
public final class AddressText {
    private AddressText() {}

    /** {@code 127.0.0.1:80}, {@code [::1]:80} or a path. */
    public static String of(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? NetUtil.toSocketAddressString(inet)
                : address.toString();
    }
}
