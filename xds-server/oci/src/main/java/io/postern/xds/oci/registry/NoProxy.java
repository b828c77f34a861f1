package io.postern.xds.oci.registry;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code NO_PROXY}. Immutable.
 *
 * @param name in lower case, without a dot before it; empty: see {@code network}
 * @param below whether only names below it count
 * @param port 0: any
 */
record NoProxy(String name, boolean below, byte @Nullable [] network, int bits, int port) {
    private static final String EVERYTHING = "*";

    static List<NoProxy> list(String text) {
        List<NoProxy> all = new ArrayList<>();
        for (String entry : text.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
            if (!entry.isEmpty()) {
                all.add(of(entry));
            }
        }
        return all;
    }

    private static NoProxy of(String entry) {
        int slash = entry.indexOf('/');
        byte[] network = address(slash < 0 ? bare(entry) : entry.substring(0, slash));
        if (network != null) {
            int bits = slash < 0 ? network.length * 8 : number(entry.substring(slash + 1));
            return new NoProxy("", false, network, bits, 0);
        }
        int colon = entry.lastIndexOf(':');
        int port = colon < 0 ? 0 : number(entry.substring(colon + 1));
        String host = bare(port > 0 ? entry.substring(0, colon) : entry);
        String name = host.startsWith("*.") ? host.substring(1) : host;
        boolean below = name.startsWith(".");
        return new NoProxy(below ? name.substring(1) : name, below, null, 0, port);
    }

    /** Without the brackets of an IPv6 address. */
    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            return -1; // fits nothing
        }
    }

    /** Of a literal only: no name is looked up. */
    private static byte @Nullable [] address(String text) {
        try {
            return InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** Whether {@code host} is where we are. */
    static boolean isThisMachine(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** Whether {@code host}, in lower case, is meant. */
    boolean has(String host, int at) {
        if (port != 0 && port != at) {
            return false;
        }
        if (network != null) {
            byte[] address = address(host);
            return address != null && isIn(address, network, bits);
        }
        return name.equals(EVERYTHING)
                || (host.equals(name) && !below)
                || host.endsWith("." + name);
    }

    private static boolean isIn(byte[] address, byte[] network, int bits) {
        if (address.length != network.length || bits < 0 || bits > address.length * 8) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((address[bit / 8] & mask) != (network[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
