package io.postern.xds.server.load;

import java.nio.ByteBuffer;

/**
 * Finds the nonce and the number of resources of incremental responses in what comes in pieces, and
 * keeps nothing else: ten thousand nodes would need gigabytes otherwise.
 */
final class ResponseScan {
    private static final int RESOURCES = 2;
    private static final int NONCE = 5;
    private static final int LENGTH_DELIMITED = 2;
    private static final int PREFIX = 5;

    private final End end;
    private State state = State.PREFIX;
    private int prefixLeft = PREFIX;
    private long messageLeft;
    private int field;
    private long number;
    private int shift;
    private long skip;
    private int resources;
    private final StringBuilder nonce = new StringBuilder();

    private enum State {
        PREFIX,
        TAG,
        LENGTH,
        VALUE
    }

    /** Hears of the end of a response. */
    interface End {
        void on(int resources, String nonce);
    }

    ResponseScan(End end) {
        this.end = end;
    }

    /** Takes {@code length} octets. */
    void take(ByteBuffer in, int length) {
        int end = in.position() + length;
        while (in.position() < end) {
            if (state == State.VALUE && field != NONCE) {
                int count = (int) Math.min(skip, end - in.position());
                in.position(in.position() + count);
                messageLeft -= count;
                skip -= count;
                valueEnds();
            } else {
                take(in.get());
            }
        }
    }

    private void take(byte octet) {
        switch (state) {
            case PREFIX -> {
                if (prefixLeft < PREFIX) {
                    messageLeft = messageLeft << 8 | (octet & 0xff);
                }
                if (--prefixLeft == 0) {
                    state = State.TAG;
                    messageEnds();
                }
            }
            case TAG -> {
                messageLeft--;
                if (isWhole(octet)) {
                    field = (int) (number >>> 3);
                    if ((number & 7) != LENGTH_DELIMITED) {
                        throw new IllegalStateException("a field of another kind: " + number);
                    }
                    state = State.LENGTH;
                    number = 0;
                }
            }
            case LENGTH -> {
                messageLeft--;
                if (isWhole(octet)) {
                    skip = number;
                    number = 0;
                    resources += field == RESOURCES ? 1 : 0;
                    state = State.VALUE;
                    valueEnds();
                }
            }
            case VALUE -> {
                messageLeft--;
                skip--;
                nonce.append((char) octet);
                valueEnds();
            }
        }
    }

    private boolean isWhole(byte octet) {
        number |= (long) (octet & 0x7f) << shift;
        shift = octet < 0 ? shift + 7 : 0;
        return octet >= 0;
    }

    private void valueEnds() {
        if (skip == 0) {
            state = State.TAG;
            messageEnds();
        }
    }

    private void messageEnds() {
        if (messageLeft == 0) {
            end.on(resources, nonce.toString());
            resources = 0;
            nonce.setLength(0);
            state = State.PREFIX;
            prefixLeft = PREFIX;
        }
    }
}
