package io.postern.xds.server.fleet;

import org.jspecify.annotations.Nullable;

/** Decides whether somebody may ask as the node that it says it is. Thread-safe. */
@FunctionalInterface
public interface Gatekeeper {
    /** Whoever asks may be anybody: for networks where that is safe. */
    Gatekeeper OPEN =
            new Gatekeeper() {
                @Override
                public @Nullable String refuses(Credential credential, NodeIdentity node) {
                    return null;
                }

                @Override
                public boolean isOpen() {
                    return true;
                }
            };

    /**
     * Why not; null: it may.
     *
     * @param credential what the connection proves
     */
    @Nullable String refuses(Credential credential, NodeIdentity node);

    /** Whether whoever asks may be anybody, and hear of everybody. */
    default boolean isOpen() {
        return false;
    }

    /**
     * What a connection proves.
     *
     * @param spiffeId of the client's certificate; empty: none
     * @param token bearer token; empty: none
     */
    record Credential(String spiffeId, String token) {
        public static final Credential NONE = new Credential("", "");

        @Override
        public String toString() {
            return spiffeId.isEmpty() ? "a token" : spiffeId;
        }
    }
}
