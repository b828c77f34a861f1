package io.postern.xds.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The digest of some content: its name in a registry and in the store. We make sha256; a registry
 * may also name things by sha512 (OCI image specification, "Digests"). Immutable.
 *
 * @param hex lower-case digits, as many as the algorithm has
 */
public record Digest(Algorithm algorithm, String hex) {
    private static final int SHORT_DIGITS = 12;
    private static final int CHUNK_BYTES = 1 << 16;

    /** The registered algorithms. */
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 64),
        SHA512("sha512", "SHA-512", 128);

        private final String word;
        private final String javaName;
        private final int digits;
        private final Pattern hex;

        Algorithm(String word, String javaName, int digits) {
            this.word = word;
            this.javaName = javaName;
            this.digits = digits;
            this.hex = Pattern.compile("[0-9a-f]{" + digits + "}");
        }

        /** Before the colon; also its name in statements. */
        public String word() {
            return word;
        }

        private MessageDigest start() {
            try {
                return MessageDigest.getInstance(javaName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("bug: every JDK has " + javaName, e);
            }
        }

        /** Of octets. */
        public Digest of(byte[] content) {
            return new Digest(this, HexFormat.of().formatHex(start().digest(content)));
        }

        /** Of a file, read in pieces. */
        public Digest of(Path file) throws IOException {
            MessageDigest digest = start();
            try (InputStream in = Files.newInputStream(file)) {
                byte[] chunk = new byte[CHUNK_BYTES];
                for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                    digest.update(chunk, 0, read);
                }
            }
            return new Digest(this, HexFormat.of().formatHex(digest.digest()));
        }
    }

    public Digest {
        if (!algorithm.hex.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "'"
                            + Text.shown(hex)
                            + "' is no "
                            + algorithm.word
                            + " (expected: "
                            + algorithm.digits
                            + " lower-case hex digits)");
        }
    }

    /**
     * Reads {@code sha256:HEX} or {@code sha512:HEX}.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static Digest parse(String text) {
        for (Algorithm one : Algorithm.values()) {
            if (text.startsWith(one.word + ":")) {
                return new Digest(one, text.substring(one.word.length() + 1));
            }
        }
        throw new IllegalArgumentException(
                "digest '" + Text.shown(text) + "' (expected: sha256: and 64 hex digits)");
    }

    /** What {@code text} is, if it is one. */
    public static Optional<Digest> find(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // a tag, or an algorithm that nobody has registered
        }
    }

    /** The sha256 of octets. */
    public static Digest of(byte[] content) {
        return Algorithm.SHA256.of(content);
    }

    /** The sha256 of a file. */
    public static Digest of(Path file) throws IOException {
        return Algorithm.SHA256.of(file);
    }

    /** The first digits, for people. */
    public String brief() {
        return hex.substring(0, SHORT_DIGITS);
    }

    /** As a tag of what belongs to it: {@code sha256-HEX}, with a suffix. */
    public String tag(String suffix) {
        // a tag has at most 128 characters: the referrers' tag is cut (distribution-spec)
        String whole = algorithm.word + "-" + hex;
        int most = 128 - suffix.length();
        return (whole.length() > most ? whole.substring(0, most) : whole) + suffix;
    }

    @Override
    public String toString() {
        return algorithm.word + ":" + hex;
    }
}
