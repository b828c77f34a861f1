package io.postern.xds.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The sha256 of some content: its name in a registry and in the store. Immutable.
 *
 * @param hex 64 lower-case digits
 */
public record Digest(String hex) {
    private static final String PREFIX = "sha256:";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final int SHORT_DIGITS = 12;
    private static final int CHUNK_BYTES = 1 << 16;

    public Digest {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "'" + Text.shown(hex) + "' is no sha256 (expected: 64 lower-case hex digits)");
        }
    }

    /**
     * Reads {@code sha256:HEX}.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static Digest parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException(
                    "digest '" + Text.shown(text) + "' (expected: sha256: and 64 hex digits)");
        }
        return new Digest(text.substring(PREFIX.length()));
    }

    /** Of octets. */
    public static Digest of(byte[] content) {
        return new Digest(HexFormat.of().formatHex(sha256().digest(content)));
    }

    /** Of a file, read in pieces. */
    public static Digest of(Path file) throws IOException {
        MessageDigest sha256 = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                sha256.update(chunk, 0, read);
            }
        }
        return new Digest(HexFormat.of().formatHex(sha256.digest()));
    }

    /** The first digits, for people. */
    public String brief() {
        return hex.substring(0, SHORT_DIGITS);
    }

    /** As a tag of what belongs to it: {@code sha256-HEX}, with a suffix. */
    public String tag(String suffix) {
        return "sha256-" + hex + suffix;
    }

    @Override
    public String toString() {
        return PREFIX + hex;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JDK has SHA-256", e);
        }
    }
}
