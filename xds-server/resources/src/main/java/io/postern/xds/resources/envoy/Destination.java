package io.postern.xds.resources.envoy;

/** Where a backendRef leads. */
sealed interface Destination {
    /** A cluster that is there. */
    record Known(String cluster) implements Destination {}

    /**
     * Nowhere.
     *
     * @param reason Gateway API's
     */
    record Broken(String reason, String message) implements Destination {}
}
