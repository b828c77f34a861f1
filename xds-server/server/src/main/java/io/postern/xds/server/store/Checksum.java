package io.postern.xds.server.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** What a file ends with, so that half a file is told from a whole one: SHA-256. */
public final class Checksum {
    /** How many octets it has. */
    public static final int OCTETS = 32;

    private Checksum() {}

    /** Of the first ones of {@code octets}. */
    public static byte[] of(byte[] octets, int length) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(octets, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every Java has SHA-256", e);
        }
    }

    /** Whether {@code octets} end with that of all before it. */
    public static boolean isGood(byte[] octets) {
        int length = octets.length - OCTETS;
        return length >= 0
                && Arrays.equals(
                        of(octets, length), Arrays.copyOfRange(octets, length, octets.length));
    }
}
