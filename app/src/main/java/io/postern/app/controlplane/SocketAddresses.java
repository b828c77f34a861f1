package io.postern.app.controlplane;

import io.postern.app.cli.UsageException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as they are typed: {@code 127.0.0.1:18000}, {@code [::1]:0}. */
final class SocketAddresses {
    private static final int MOST = 65_535;

    private SocketAddresses() {}

    static InetSocketAddress parse(String flag, String text) {
        int colon = text.lastIndexOf(':');
        try {
            String host = text.substring(0, Math.max(colon, 0));
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port >= 0 && port <= MOST) {
                return new InetSocketAddress(
                        InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")), port);
            }
        } catch (IllegalArgumentException _) {
            // refused below
        }
        throw new UsageException(
                flag + ": '" + text + "' (expected: ADDRESS:PORT, 127.0.0.1:18000 for example)");
    }
}
