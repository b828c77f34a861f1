package io.postern.filters.wasm.vm;

/**
 * Finds where a Redis reply ends.
 *
 * <p>Source: the RESP2 and RESP3 protocol specifications; a map counts two elements a pair.
 */
final class RespReply {
    static final int INCOMPLETE = -1;
    static final int MALFORMED = -2;

    private static final int MAX_DEPTH = 32;

    private final byte[] bytes;
    private final int end;

    private RespReply(byte[] bytes, int end) {
        this.bytes = bytes;
        this.end = end;
    }

    /** Length of the reply at the start of {@code bytes}, {@link #INCOMPLETE} or MALFORMED. */
    static int length(byte[] bytes, int available) {
        return new RespReply(bytes, available).skip(0, 0);
    }

    private int skip(int at, int depth) {
        if (depth > MAX_DEPTH) {
            return MALFORMED;
        }
        int line = lineEnd(at);
        if (line < 0) {
            return INCOMPLETE;
        }
        return switch (bytes[at]) {
            case '+', '-', ':', ',', '#', '_', '(' -> line;
            case '$', '=', '!' -> bulk(at, line);
            case '*', '~', '>' -> elements(at, line, 1, depth);
            case '%', '|' -> elements(at, line, 2, depth);
            default -> MALFORMED;
        };
    }

    private int bulk(int at, int line) {
        long length = number(at, line);
        if (length < 0) {
            return length == -1 ? line : MALFORMED;
        }
        long after = line + length + 2;
        return after > end ? INCOMPLETE : (int) after;
    }

    private int elements(int at, int line, int each, int depth) {
        long count = number(at, line);
        if (count < -1) {
            return MALFORMED;
        }
        int next = line;
        for (long i = 0; i < count * each; i++) {
            next = next >= end ? INCOMPLETE : skip(next, depth + 1);
            if (next < 0) {
                return next;
            }
        }
        return next;
    }

    /** Behind the CR LF of the line at {@code at}, or -1. */
    private int lineEnd(int at) {
        for (int i = at + 1; i + 1 < end; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i + 2;
            }
        }
        return -1;
    }

    private long number(int at, int line) {
        long value = 0;
        boolean negative = bytes[at + 1] == '-';
        for (int i = at + (negative ? 2 : 1); i < line - 2; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || value > Integer.MAX_VALUE) {
                return MALFORMED;
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }
}
