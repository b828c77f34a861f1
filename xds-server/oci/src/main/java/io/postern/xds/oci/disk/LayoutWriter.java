package io.postern.xds.oci.disk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Json;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.MediaTypes;
import io.postern.xds.oci.push.Artifact;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes artifacts into a layout, which is made if it is not there: blobs first, so that the index
 * never names what is missing; each file appears whole or not at all. Of several processes one
 * waits for the other. Blocks: control threads only.
 */
public final class LayoutWriter {
    private static final String MANIFESTS = "manifests";

    private LayoutWriter() {}

    /**
     * Writes it under the reference's tag; what had that tag has none any more.
     *
     * @return the reference with the artifact's digest
     * @throws OciException when the disk does not take it: then the index is as it was
     */
    public static LayoutReference write(LayoutReference reference, Artifact artifact) {
        if (reference.tag().isEmpty() || reference.digest() != null) {
            throw new OciException(
                    Step.REFERENCE,
                    reference + " is nothing to write to",
                    "expected: a tag, and no digest");
        }
        Path root = reference.folder();
        try {
            Files.createDirectories(root);
            try (FileChannel marker = marker(root);
                    FileLock _ = marker.lock()) {
                if (marker.size() == 0) {
                    marker.write(ByteBuffer.wrap(Json.bytes(version())));
                }
                for (Artifact.Blob blob : artifact.blobs()) {
                    keep(root, blob.descriptor().digest(), blob.content());
                }
                keep(root, artifact.digest(), artifact.manifest());
                var entry = Descriptor.of(MediaTypes.MANIFEST, artifact.manifest());
                Path index = root.resolve(LayoutFolder.INDEX);
                put(index, Json.bytes(listed(index, entry.named(reference.tag()))));
            }
            return reference.at(artifact.digest());
        } catch (IOException e) {
            throw new OciException(
                    Step.PUSH,
                    root + " cannot be written: " + e.getMessage(),
                    "free some disk space, or check who owns it",
                    e);
        } catch (IllegalArgumentException e) {
            throw new OciException(
                    Step.PUSH,
                    root.resolve(LayoutFolder.INDEX) + ": " + e.getMessage(),
                    "expected: the index of an image layout",
                    e);
        }
    }

    private static FileChannel marker(Path root) throws IOException {
        return FileChannel.open(
                root.resolve(LayoutFolder.MARKER),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
    }

    private static ObjectNode version() {
        return Json.object().put(LayoutFolder.VERSION, "1.0.0");
    }

    /** The index in {@code file}, if there is one, where the entry's tag is the entry's. */
    private static ObjectNode listed(Path file, Descriptor entry) throws IOException {
        ObjectNode index =
                Files.exists(file)
                        ? Json.object(Files.readAllBytes(file))
                        : Json.object().put("schemaVersion", 2).put("mediaType", MediaTypes.INDEX);
        ArrayNode entries = Json.object().putArray(MANIFESTS);
        for (JsonNode before : index.path(MANIFESTS)) {
            String tag = before.at("/annotations/" + Descriptor.REFERENCE_NAME).asText("");
            if (!tag.equals(entry.referenceName())) {
                entries.add(before);
            }
        }
        entries.add(entry.json());
        index.set(MANIFESTS, entries);
        return index;
    }

    private static void keep(Path root, Digest digest, byte[] content) throws IOException {
        Path file = LayoutFolder.blob(root, digest);
        Files.createDirectories(file.getParent());
        if (!Files.exists(file) || !digest.equals(digest.algorithm().of(file))) {
            put(file, content);
        }
    }

    private static void put(Path file, byte[] content) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".part"); // one writer: locked
        try {
            Files.write(fresh, content);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
