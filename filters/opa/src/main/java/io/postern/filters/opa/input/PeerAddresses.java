package io.postern.filters.opa.input;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Addresses as JSON ({@code envoy.config.core.v3.Address}), remembered by connection so that the
 * requests of a keep-alive connection do not write them anew. Confined to one worker.
 */
final class PeerAddresses {
    private static final int REMEMBERED = 256; // a power of two; one entry is about 200 bytes

    private final @Nullable Entry[] entries = new Entry[REMEMBERED];

    /** Both ends of a connection. */
    record Entry(
            long connectionId,
            SocketAddress source,
            SocketAddress destination,
            byte[] sourceJson,
            byte[] destinationJson) {}

    Entry of(long connectionId, SocketAddress source, SocketAddress destination) {
        int index = (int) connectionId & (REMEMBERED - 1);
        var entry = entries[index];
        if (entry == null
                || entry.connectionId != connectionId
                || !entry.source.equals(source)
                || !entry.destination.equals(destination)) {
            entry = new Entry(connectionId, source, destination, json(source), json(destination));
            entries[index] = entry;
        }
        return entry;
    }

    private static byte[] json(SocketAddress address) {
        var json = new JsonBytes(96);
        switch (address) {
            case InetSocketAddress inet -> {
                json.raw("{\"socketAddress\":{\"address\":".getBytes(StandardCharsets.US_ASCII));
                json.string(text(inet));
                json.raw(",\"portValue\":".getBytes(StandardCharsets.US_ASCII));
                json.number(inet.getPort());
                json.raw('}');
            }
            case UnixDomainSocketAddress unix -> {
                json.raw("{\"pipe\":{\"path\":".getBytes(StandardCharsets.US_ASCII));
                json.string(unix.getPath().toString());
                json.raw('}');
            }
            default -> json.raw('{');
        }
        json.raw('}');
        return Arrays.copyOf(json.octets(), json.length());
    }

    private static String text(InetSocketAddress inet) {
        return switch (inet.getAddress()) {
            case Inet4Address four -> four.getHostAddress();
            case Inet6Address six -> Ipv6Text.of(six.getAddress());
            case null, default -> inet.getHostString();
        };
    }
}
