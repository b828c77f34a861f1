package io.postern.filters.builtin.grpcweb;

import io.postern.sdk.HeaderMap;
import java.nio.ByteBuffer;

/**
 * Trailers as the last frame of a gRPC-Web body: flag 0x80, a length, then {@code name:value} lines
 * that end in CR LF. Pure function.
 */
final class TrailersFrame {
    private static final byte FLAG = (byte) 0x80;
    private static final int HEAD_LENGTH = 5;
    private static final int PER_LINE = 3; // colon, CR, LF

    private TrailersFrame() {}

    static byte[] of(HeaderMap trailers) {
        int length = trailers.octetCount() + PER_LINE * trailers.size();
        ByteBuffer frame = ByteBuffer.allocate(HEAD_LENGTH + length).put(FLAG).putInt(length);
        byte[] octets = trailers.octets();
        for (int i = 0; i < trailers.size(); i++) {
            frame.put(octets, trailers.nameStart(i), trailers.nameLength(i))
                    .put((byte) ':')
                    .put(octets, trailers.valueStart(i), trailers.valueLength(i))
                    .put((byte) '\r')
                    .put((byte) '\n');
        }
        return frame.array();
    }
}
