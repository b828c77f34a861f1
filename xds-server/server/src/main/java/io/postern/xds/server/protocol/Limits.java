package io.postern.xds.server.protocol;

/** How much a node can make the server keep. */
final class Limits {
    /** Names that one stream asks for, of one type: more than any known fleet's clusters. */
    static final int NAMES = 50_000;

    /** Of one name. */
    static final int NAME_CHARACTERS = 4_096;

    /** Types that nobody knows, on one stream. */
    static final int UNKNOWN_TYPES = 16;

    /** Of a node's complaint. */
    static final int ERROR_CHARACTERS = 4_096;

    /**
     * Octets of resources in one incremental response, about; what is more goes into the next one.
     * gRPC clients take 4 MiB if nobody tells them otherwise.
     */
    static final int RESPONSE_OCTETS = 3 << 20;

    private Limits() {}
}
