package io.postern.core.listener.filter;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A PROXY protocol header, version 1 or 2 (HAProxy's proxy-protocol.txt). Pure functions over the
 * octets at the reader index, which are not consumed.
 */
sealed interface ProxyProtocolHeader {
    /** More octets are needed. */
    record Incomplete() implements ProxyProtocolHeader {}

    /** There is none: the connection begins otherwise. */
    record Absent() implements ProxyProtocolHeader {}

    /** It begins like one and is broken. */
    record Malformed() implements ProxyProtocolHeader {}

    /**
     * A header.
     *
     * @param remote null: LOCAL or UNKNOWN, the socket's own addresses hold
     */
    record Told(int length, @Nullable InetSocketAddress remote, @Nullable InetSocketAddress local)
            implements ProxyProtocolHeader {}

    /** Reads the header at the start of a connection. */
    static ProxyProtocolHeader read(ByteBuf in) {
        if (startsWith(in, Texts.V2)) {
            return in.readableBytes() < Texts.V2.length + 4 ? new Incomplete() : version2(in);
        }
        if (startsWith(in, Texts.V1)) {
            return in.readableBytes() < Texts.V1.length ? new Incomplete() : version1(in);
        }
        return new Absent();
    }

    private static boolean startsWith(ByteBuf in, byte[] wanted) {
        int count = Math.min(wanted.length, in.readableBytes());
        for (int i = 0; i < count; i++) {
            if (in.getByte(in.readerIndex() + i) != wanted[i]) {
                return false;
            }
        }
        return count > 0;
    }

    private static ProxyProtocolHeader version1(ByteBuf in) {
        int end = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
        int length = end - in.readerIndex() + 1;
        if (end < 0) {
            return in.readableBytes() > Texts.LONGEST_V1 ? new Malformed() : new Incomplete();
        }
        if (length > Texts.LONGEST_V1 || in.getByte(end - 1) != '\r') {
            return new Malformed();
        }
        String line = in.toString(in.readerIndex(), length - 2, StandardCharsets.US_ASCII);
        String[] parts = line.split(" ", -1);
        if (parts.length >= 2 && parts[1].equals("UNKNOWN")) {
            return new Told(length, null, null);
        }
        boolean four = parts.length >= 2 && parts[1].equals("TCP4");
        if (parts.length != 6 || (!four && !parts[1].equals("TCP6"))) {
            return new Malformed();
        }
        InetSocketAddress remote = address(parts[2], parts[4], four);
        InetSocketAddress local = address(parts[3], parts[5], four);
        return remote == null || local == null ? new Malformed() : new Told(length, remote, local);
    }

    private static @Nullable InetSocketAddress address(String host, String port, boolean four) {
        boolean literal = four == (host.indexOf(':') < 0) && !host.isEmpty();
        if (!literal || !port.matches("0|[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65_535) {
            return null;
        }
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(host), Integer.parseInt(port));
        } catch (IllegalArgumentException e) {
            return null; // no address: the JDK has no other way to say so
        }
    }

    private static ProxyProtocolHeader version2(ByteBuf in) {
        int at = in.readerIndex() + Texts.V2.length;
        int version = in.getUnsignedByte(at) >> 4;
        int command = in.getUnsignedByte(at) & 15;
        int family = in.getUnsignedByte(at + 1);
        int payload = in.getUnsignedShort(at + 2);
        int length = Texts.V2.length + 4 + payload;
        if (version != 2 || command > 1) {
            return new Malformed();
        }
        if (in.readableBytes() < length) {
            return new Incomplete();
        }
        int octets = family == 0x11 ? 4 : family == 0x21 ? 16 : 0;
        if (command == 0 || octets == 0) {
            boolean known = command == 0 || family == 0;
            return known ? new Told(length, null, null) : new Malformed();
        }
        if (payload < 2 * octets + 4) {
            return new Malformed();
        }
        int ports = at + 4 + 2 * octets;
        return new Told(
                length,
                address(in, at + 4, octets, ports),
                address(in, at + 4 + octets, octets, ports + 2));
    }

    private static InetSocketAddress address(ByteBuf in, int at, int octets, int port) {
        byte[] address = new byte[octets];
        in.getBytes(at, address);
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(address), in.getUnsignedShort(port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("bug: an address of " + octets + " octets", e);
        }
    }

    /** What headers begin with. */
    final class Texts {
        private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] V2 = {
            '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
        };
        private static final int LONGEST_V1 = 107;

        private Texts() {}
    }
}
