package io.postern.xds.oci.manifest;

import io.postern.xds.oci.Digest;
import java.util.Map;

/**
 * What a manifest says of a blob, an index of a manifest. Immutable.
 *
 * @param size in bytes
 * @param artifactType empty: not told
 * @param platform {@code os/architecture}; empty: not told
 */
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        String artifactType,
        String platform,
        Map<String, String> annotations) {
    private static final String TITLE = "org.opencontainers.image.title";

    public Descriptor {
        annotations = Map.copyOf(annotations);
    }

    /** Of a blob without more. */
    public static Descriptor of(String mediaType, byte[] content) {
        return new Descriptor(mediaType, Digest.of(content), content.length, "", "", Map.of());
    }

    /** The same with a file name, as oras keeps it. */
    public Descriptor titled(String title) {
        return new Descriptor(
                mediaType, digest, size, artifactType, platform, Map.of(TITLE, title));
    }

    /** The file name that its pusher gave it; empty: none. */
    public String title() {
        return annotations.getOrDefault(TITLE, "");
    }

    /** Whether it describes what BuildKit attaches to images, no image. */
    public boolean isAttestation() {
        return annotations.containsKey("vnd.docker.reference.type");
    }
}
