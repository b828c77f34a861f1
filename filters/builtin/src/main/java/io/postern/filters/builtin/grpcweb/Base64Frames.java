package io.postern.filters.builtin.grpcweb;

import java.io.ByteArrayOutputStream;
import java.util.Base64;

/**
 * Encodes a stream of gRPC frames frame by frame: every frame is padded base64 of its own, and no
 * frame is held. Confined to the event loop.
 *
 * <p>Source: "gRPC Web", "Protocol differences": text encoding.
 */
final class Base64Frames {
    private static final int HEAD_LENGTH = 5;

    private final ByteArrayOutputStream carried = new ByteArrayOutputStream(8);
    private int headSeen;
    private long length;

    /** The text of what is complete: of the last frame whole groups of three octets. */
    byte[] encode(byte[] octets) {
        var text = new ByteArrayOutputStream(octets.length * 4 / 3 + 8);
        int at = 0;
        while (at < octets.length) {
            if (headSeen < HEAD_LENGTH) {
                // a flag octet, then the length
                length = headSeen == 0 ? 0 : (length << 8) | (octets[at] & 0xff);
                carried.write(octets[at++]);
                headSeen++;
            } else {
                int part = (int) Math.min(length, octets.length - at);
                carried.write(octets, at, part);
                at += part;
                length -= part;
            }
            if (headSeen == HEAD_LENGTH && length == 0) {
                headSeen = 0;
                flush(text, carried.size());
            }
        }
        flush(text, carried.size() / 3 * 3);
        return text.toByteArray();
    }

    private void flush(ByteArrayOutputStream text, int most) {
        byte[] all = carried.toByteArray();
        carried.reset();
        carried.write(all, most, all.length - most);
        byte[] ready = new byte[most];
        System.arraycopy(all, 0, ready, 0, most);
        text.writeBytes(Base64.getEncoder().encode(ready));
    }
}
