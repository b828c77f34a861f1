package io.postern.core.headers;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** An address of this machine that others can reach. Asks the system: control threads. */
public final class MachineAddress {
    private MachineAddress() {}

    /** The first IPv4 address that is not a loopback one; null when there is none. */
    public static @Nullable InetAddress find() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address)
                    .filter(address -> !address.isLoopbackAddress())
                    .findFirst()
                    .orElse(null);
        } catch (SocketException _) {
            return null; // nobody may look: clients keep their own address
        }
    }
}
