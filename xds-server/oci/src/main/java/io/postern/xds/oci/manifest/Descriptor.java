package io.postern.xds.oci.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Json;
import java.util.Map;
import java.util.TreeMap;

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
    /** The annotation with a manifest's tag in a layout. */
    public static final String REFERENCE_NAME = "org.opencontainers.image.ref.name";

    private static final String TITLE = "org.opencontainers.image.title";
    private static final String CONTAINERD_NAME = "io.containerd.image.name";

    public Descriptor {
        annotations = Map.copyOf(annotations);
    }

    /** Of a blob without more. */
    public static Descriptor of(String mediaType, byte[] content) {
        return new Descriptor(mediaType, Digest.of(content), content.length, "", "", Map.of());
    }

    /** Of a manifest of which no more is known. */
    public static Descriptor of(Digest digest) {
        return new Descriptor("", digest, 0, "", "", Map.of());
    }

    /** The same with a file name, as oras keeps it. */
    public Descriptor titled(String title) {
        return annotated(TITLE, title);
    }

    /** The same with a tag, as layouts keep it. */
    public Descriptor named(String tag) {
        return annotated(REFERENCE_NAME, tag);
    }

    private Descriptor annotated(String name, String value) {
        return new Descriptor(mediaType, digest, size, artifactType, platform, Map.of(name, value));
    }

    /** As manifests and indexes have it. */
    public ObjectNode json() {
        ObjectNode json =
                Json.object()
                        .put("mediaType", mediaType)
                        .put("digest", digest.toString())
                        .put("size", size);
        if (!annotations.isEmpty()) {
            ObjectNode told = json.putObject("annotations");
            new TreeMap<>(annotations).forEach(told::put);
        }
        return json;
    }

    /** The file name that its pusher gave it; empty: none. */
    public String title() {
        return annotations.getOrDefault(TITLE, "");
    }

    /** Its tag in a layout; empty: none. */
    public String referenceName() {
        return annotations.getOrDefault(REFERENCE_NAME, "");
    }

    /** Whether it has that tag in a layout; tools around containerd keep whole references. */
    public boolean isNamed(String tag) {
        return tag.equals(referenceName()) || tag.equals(annotations.get(CONTAINERD_NAME));
    }

    /** Whether it describes what BuildKit attaches to images, no image. */
    public boolean isAttestation() {
        return annotations.containsKey("vnd.docker.reference.type");
    }
}
