package io.postern.xds.oci;

import java.time.Duration;

/**
 * How much a registry may make us read, and how long we wait. Immutable.
 *
 * @param moduleBytes most of a module, unpacked
 * @param layerBytes most of a layer, as it is sent
 * @param unpackedBytes most that is decompressed of one layer while looking for the module
 * @param manifestBytes most of a manifest, an index or a token (the specification's 4 MiB)
 * @param answer longest wait for an answer that is small
 * @param total longest time for a whole pull or push
 */
public record Limits(
        long moduleBytes,
        long layerBytes,
        long unpackedBytes,
        int manifestBytes,
        Duration answer,
        Duration total) {
    private static final long MIB = 1 << 20;

    /**
     * A WAF in standard Go is 31 MiB, so 128 MiB for a module leaves room; a base image below it
     * may be larger.
     */
    public static Limits ordinary() {
        return new Limits(
                128 * MIB,
                256 * MIB,
                1024 * MIB,
                (int) (4 * MIB),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5));
    }

    /** The same with another bound for modules; what is sent and unpacked grows with it. */
    public Limits withModuleBytes(long most) {
        return new Limits(
                most, Math.max(layerBytes, most), unpackedBytes, manifestBytes, answer, total);
    }

    /** The same with another time for everything. */
    public Limits within(Duration time) {
        Duration each = time.compareTo(answer) < 0 ? time : answer;
        return new Limits(moduleBytes, layerBytes, unpackedBytes, manifestBytes, each, time);
    }
}
