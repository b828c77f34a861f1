package io.postern.xds.server.content;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Versions: what has the same content has the same version, in every process. */
final class Hash {
    /** Half of SHA-256: no two versions of one name will ever be the same by accident. */
    private static final int OCTETS = 16;

    private final MessageDigest digest;

    Hash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every Java has SHA-256", e);
        }
    }

    /** Takes in a text; two texts are not the same as one made of both. */
    Hash add(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        digest.update((octets.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(octets);
        return this;
    }

    Hash add(ByteString octets) {
        octets.asReadOnlyByteBufferList().forEach(digest::update);
        return this;
    }

    /** The version; nothing can be added any more. */
    String text() {
        return HexFormat.of().formatHex(digest.digest(), 0, OCTETS);
    }
}
