package io.postern.core.listener;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a TLS ClientHello says about where it wants to go (RFC 8446 section 4.1.2, RFC 6066 section
 * 3, RFC 7301 section 3.1).
 *
 * @param serverName lower-case; empty without SNI
 * @param alpn offered protocols in the client's order
 */
record ClientHello(String serverName, List<String> alpn) {
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;

    /**
     * Reads a whole handshake message (type, length, body); a malformed one gives what was read.
     */
    static ClientHello parse(ByteBuf message) {
        String serverName = "";
        List<String> alpn = new ArrayList<>();
        try {
            ByteBuf in = message.duplicate();
            in.skipBytes(4 + 2 + 32); // header, version, random
            in.skipBytes(in.readUnsignedByte()); // session id
            in.skipBytes(in.readUnsignedShort()); // cipher suites
            in.skipBytes(in.readUnsignedByte()); // compression methods
            ByteBuf extensions = in.readSlice(in.readUnsignedShort());
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf body = extensions.readSlice(extensions.readUnsignedShort());
                if (type == SERVER_NAME) {
                    serverName = serverName(body);
                } else if (type == ALPN) {
                    readProtocols(body, alpn);
                }
            }
        } catch (IndexOutOfBoundsException _) {
            // The handshake itself will refuse it; here it only has no name.
        }
        return new ClientHello(serverName, alpn);
    }

    private static String serverName(ByteBuf body) {
        body.skipBytes(2 + 1); // list length, type host_name
        int length = body.readUnsignedShort();
        String name = body.readSlice(length).toString(StandardCharsets.US_ASCII);
        return name.toLowerCase(Locale.ROOT);
    }

    private static void readProtocols(ByteBuf body, List<String> alpn) {
        body.skipBytes(2);
        while (body.isReadable()) {
            int length = body.readUnsignedByte();
            alpn.add(body.readSlice(length).toString(StandardCharsets.US_ASCII));
        }
    }
}
