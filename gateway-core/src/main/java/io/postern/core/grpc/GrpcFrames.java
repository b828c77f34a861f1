package io.postern.core.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Messages in the body of a gRPC stream: a flag, a length, octets. Source: "gRPC over HTTP2",
 * Length-Prefixed-Message. Confined to one event loop.
 */
final class GrpcFrames {
    static final int HEADER_BYTES = 5;
    private static final int FIRST_BYTES = 16 * 1024;

    private final int mostBytes;
    private final byte[] header = new byte[HEADER_BYTES];
    private int headerBytes;
    private byte[] message = {};
    private int length = -1;
    private int messageBytes;

    /**
     * @param mostBytes of one message
     */
    GrpcFrames(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * Reads all of {@code in}, without releasing it.
     *
     * @return what is wrong; null: nothing
     */
    @Nullable String read(ByteBuf in, Consumer<byte[]> messages) {
        while (in.isReadable()) {
            if (length < 0) {
                String error = readHeader(in);
                if (error != null) {
                    return error;
                }
            }
            if (length >= 0) {
                readMessage(in);
                if (messageBytes == length) {
                    byte[] whole =
                            message.length == length ? message : Arrays.copyOf(message, length);
                    length = -1;
                    headerBytes = 0;
                    message = new byte[0];
                    messages.accept(whole);
                }
            }
        }
        return null;
    }

    private @Nullable String readHeader(ByteBuf in) {
        int take = Math.min(HEADER_BYTES - headerBytes, in.readableBytes());
        in.readBytes(header, headerBytes, take);
        headerBytes += take;
        if (headerBytes < HEADER_BYTES) {
            return null;
        }
        if (header[0] != 0) {
            return "a compressed message (expected: none, since no compression was offered)";
        }
        long announced = 0;
        for (int i = 1; i < HEADER_BYTES; i++) {
            announced = (announced << 8) | (header[i] & 0xff);
        }
        if (announced > mostBytes) {
            return "a message of " + announced + " bytes (expected: at most " + mostBytes + ")";
        }
        length = (int) announced;
        messageBytes = 0;
        message = new byte[Math.min(length, FIRST_BYTES)];
        return null;
    }

    // Grows with what arrives: a length alone costs nothing.
    private void readMessage(ByteBuf in) {
        int take = Math.min(length - messageBytes, in.readableBytes());
        if (messageBytes + take > message.length) {
            long doubled = Math.max(message.length * 2L, messageBytes + take);
            message = Arrays.copyOf(message, (int) Math.min(length, doubled));
        }
        in.readBytes(message, messageBytes, take);
        messageBytes += take;
    }

    /** A message as it is sent. */
    static ByteBuf frame(byte[] message, ByteBufAllocator allocator) {
        return allocator
                .buffer(HEADER_BYTES + message.length)
                .writeByte(0)
                .writeInt(message.length)
                .writeBytes(message);
    }
}
