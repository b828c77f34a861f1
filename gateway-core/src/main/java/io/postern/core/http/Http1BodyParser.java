package io.postern.core.http;

import io.netty.buffer.ByteBuf;

/**
 * Where a message body ends (RFC 9112 sections 6 and 7): after a length, after the last chunk, with
 * the connection, or never (an upgraded connection).
 *
 * <p>{@link #next} says how many of the readable octets are body; the caller takes them away and
 * asks again. Chunk lines are strict: CRLF, no control characters, bounded extensions.
 */
final class Http1BodyParser {
    static final int MORE = -1;
    static final int END = -2;
    static final int TRAILERS = -3;
    static final int FAULT = -4;

    private static final int MAX_CHUNK_LINE = 256; // extensions are dropped; nobody needs long ones
    private static final int MAX_SIZE_DIGITS = 15;

    private enum State {
        LENGTH,
        CHUNK_SIZE,
        CHUNK_SIZE_END,
        CHUNK_EXTENSION,
        CHUNK_LINE_END,
        CHUNK_DATA,
        CHUNK_END,
        CHUNK_END_LF,
        UNTIL_CLOSE
    }

    private final boolean paddedSizes;
    private State state = State.LENGTH;
    private final ChunkExtensions extensions = new ChunkExtensions();
    private long left;
    private int lineLength;

    /**
     * A parser of one connection's bodies.
     *
     * @param paddedSizes white space may follow a chunk's size: old origins write it, and no client
     *     does
     */
    Http1BodyParser(boolean paddedSizes) {
        this.paddedSizes = paddedSizes;
    }

    void beginLength(long length) {
        state = State.LENGTH;
        left = length;
    }

    void beginChunked() {
        state = State.CHUNK_SIZE;
        left = 0;
        lineLength = 0;
    }

    void beginUntilClose() {
        state = State.UNTIL_CLOSE;
    }

    /** Whether a body of known length is over. */
    boolean isAtEnd() {
        return state == State.LENGTH && left == 0;
    }

    boolean endsWithConnection() {
        return state == State.UNTIL_CLOSE;
    }

    /**
     * The number of readable octets that are body now, to be told to {@link #taken}; or END, when
     * the body is over; TRAILERS, when it is over and a trailer section follows; MORE; FAULT.
     */
    int next(ByteBuf in) {
        while (true) {
            int readable = in.readableBytes();
            if (state == State.LENGTH && left == 0) {
                return END;
            }
            if (readable == 0) {
                return MORE;
            }
            switch (state) {
                case UNTIL_CLOSE -> {
                    return readable;
                }
                case LENGTH, CHUNK_DATA -> {
                    if (left > 0) {
                        return (int) Math.min(left, readable);
                    }
                    state = State.CHUNK_END;
                }
                default -> {
                    int outcome = frame(in);
                    if (outcome != 0) {
                        return outcome;
                    }
                }
            }
        }
    }

    /** {@code count} octets of body were taken out of the buffer. */
    void taken(int count) {
        left -= count;
    }

    private int frame(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        while (at < end) {
            byte octet = in.getByte(at++);
            switch (state) {
                case CHUNK_SIZE, CHUNK_SIZE_END, CHUNK_EXTENSION -> {
                    if (++lineLength > MAX_CHUNK_LINE || !sizeLine(octet)) {
                        return FAULT;
                    }
                }
                case CHUNK_LINE_END -> {
                    if (octet != Octets.LF) {
                        return FAULT;
                    }
                    in.readerIndex(at);
                    state = State.CHUNK_DATA;
                    return left == 0 ? TRAILERS : 0;
                }
                case CHUNK_END -> {
                    if (octet != Octets.CR) {
                        return FAULT;
                    }
                    state = State.CHUNK_END_LF;
                }
                case CHUNK_END_LF -> {
                    if (octet != Octets.LF) {
                        return FAULT;
                    }
                    state = State.CHUNK_SIZE;
                    left = 0;
                    lineLength = 0;
                }
                case LENGTH, CHUNK_DATA, UNTIL_CLOSE ->
                        throw new IllegalStateException("bug: no framing in " + state);
            }
        }
        in.readerIndex(at);
        return MORE;
    }

    private boolean sizeLine(byte octet) {
        if (octet == Octets.CR) {
            boolean complete =
                    switch (state) {
                        case CHUNK_SIZE -> lineLength > 1;
                        case CHUNK_EXTENSION -> extensions.mayEnd();
                        default -> paddedSizes;
                    };
            state = State.CHUNK_LINE_END;
            return complete;
        }
        if (state == State.CHUNK_EXTENSION) {
            return extensions.next(octet);
        }
        int digit = Character.digit((char) (octet & 0xff), 16);
        if (state == State.CHUNK_SIZE && digit >= 0) {
            left = left * 16 + digit;
            return lineLength <= MAX_SIZE_DIGITS;
        }
        if (lineLength == 1) {
            return false; // no size at all
        }
        if (octet == ';') {
            state = State.CHUNK_EXTENSION;
            extensions.begin();
            return true;
        }
        state = State.CHUNK_SIZE_END;
        return Octets.isSpace(octet);
    }
}
