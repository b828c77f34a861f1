package io.postern.sdk;

/**
 * Where something runs; parts that are not known are empty. Thread-safe: immutable.
 *
 * <p>Source: {@code envoy.config.core.v3.Locality}.
 */
public record Locality(String region, String zone, String subZone) {
    private static final Locality NOWHERE = new Locality("", "", "");

    /** Nothing is known. */
    public static Locality unknown() {
        return NOWHERE;
    }
}
