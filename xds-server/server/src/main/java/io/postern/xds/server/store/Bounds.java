package io.postern.xds.server.store;

/** How much is kept. */
final class Bounds {
    private static final int MOST = 50;
    private static final long MOST_OCTETS = 256L << 20;
    private static final int ALWAYS = 2;

    private Bounds() {}

    /** Whether the oldest of so many has to go. */
    static boolean exceeded(int revisions, long octets) {
        return revisions > ALWAYS && (revisions > MOST || octets > MOST_OCTETS);
    }
}
