package io.postern.xds.oci.disk;

import io.postern.xds.oci.ArtifactSource;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Json;
import io.postern.xds.oci.Limits;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.Text;
import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.Manifest;
import io.postern.xds.oci.manifest.ManifestReader;
import io.postern.xds.oci.manifest.MediaTypes;
import io.postern.xds.oci.registry.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * A folder with an image layout (OCI image specification 1.1, "Image Layout"): {@code oci-layout},
 * {@code index.json} and {@code blobs/ALGORITHM/HEX}, as skopeo, oras, docker and {@code postern
 * plugin push} write it. Nothing is taken by its name: every octet below the index is compared with
 * its digest, whenever it is read. Thread-safe: immutable; blocks.
 *
 * @param root may be absent; then every answer says so
 */
public record LayoutFolder(Path root, Limits limits) implements ArtifactSource {
    static final String MARKER = "oci-layout";
    static final String INDEX = "index.json";
    static final String VERSION = "imageLayoutVersion";

    private static final String CURE =
            "expected: a folder of skopeo copy … oci:FOLDER:TAG, oras copy --to-oci-layout or postern"
                    + " plugin push FILE oci-layout://FOLDER:TAG";

    /** Whether {@code folder} claims to be one. */
    public static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(MARKER));
    }

    @Override
    public Document manifest(String target, Deadline deadline) {
        checkMarker();
        Optional<Digest> told = Digest.find(target);
        Descriptor wanted = told.isPresent() ? listed(told.get()) : tagged(target);
        return new Document(wanted.digest(), manifest(wanted));
    }

    /** One that is named by its digest. */
    Manifest manifest(Descriptor wanted) {
        Path file = blob(wanted.digest());
        byte[] octets = octets(file);
        Digest digest = wanted.digest().algorithm().of(octets);
        if (!digest.equals(wanted.digest())) {
            throw changed("the manifest " + wanted.digest(), digest);
        }
        try {
            return ManifestReader.read(octets, wanted.mediaType());
        } catch (IllegalArgumentException e) {
            throw broken(file, e);
        }
    }

    @Override
    public void blob(Descriptor blob, Path into, Deadline deadline) {
        Path file = blob(blob.digest());
        if (blob.size() > limits.layerBytes()) {
            throw new OciException(
                    Step.BLOB,
                    "layer " + blob.digest() + " has " + blob.size() + " bytes",
                    "expected: at most " + limits.layerBytes());
        }
        try {
            if (Files.size(file) != blob.size()) {
                throw new OciException(
                        Step.DIGEST,
                        file
                                + " has "
                                + Files.size(file)
                                + " bytes, its manifest says "
                                + blob.size(),
                        "write the layout again");
            }
            Files.copy(file, into, StandardCopyOption.REPLACE_EXISTING);
            Digest digest = blob.digest().algorithm().of(into);
            if (!digest.equals(blob.digest())) {
                throw changed("layer " + blob.digest(), digest);
            }
        } catch (IOException e) {
            throw unreadable(file, Step.BLOB, e);
        }
    }

    @Override
    public byte[] smallBlob(Descriptor blob, Deadline deadline) {
        byte[] octets = octets(blob(blob.digest()));
        Digest digest = blob.digest().algorithm().of(octets);
        if (!digest.equals(blob.digest())) {
            throw changed("blob " + blob.digest(), digest);
        }
        return octets;
    }

    @Override
    public List<Attachment> attachments(Digest subject, Deadline deadline) {
        return new LayoutAttachments(this).of(subject);
    }

    /** What is in it, by its {@code index.json}. */
    List<Descriptor> entries() {
        Path file = root.resolve(INDEX);
        try {
            return switch (ManifestReader.read(octets(file), MediaTypes.INDEX)) {
                case Manifest.Index index -> index.manifests();
                case Manifest.Artifact _ -> throw new IllegalArgumentException("no index");
            };
        } catch (IllegalArgumentException e) {
            throw broken(file, e);
        }
    }

    // An index may be in an index: what is not in the first is taken for a manifest in another.
    private Descriptor listed(Digest digest) {
        return entries().stream()
                .filter(one -> one.digest().equals(digest))
                .findFirst()
                .orElseGet(() -> Descriptor.of(digest));
    }

    private Descriptor tagged(String tag) {
        List<Descriptor> all = entries();
        var attachments = new LayoutAttachments(this);
        List<Descriptor> fit =
                all.stream()
                        .filter(one -> tag.isEmpty() ? !attachments.isOne(one) : one.isNamed(tag))
                        .toList();
        long different = fit.stream().map(Descriptor::digest).distinct().count();
        if (different == 1) {
            return fit.getFirst();
        }
        String names =
                String.join(
                        ", ",
                        all.stream().limit(8).map(one -> Text.shown(one.referenceName())).toList());
        String what = tag.isEmpty() ? " has " : " has for the tag '" + Text.shown(tag) + "' ";
        throw new OciException(
                Step.RESOLVE,
                root + what + different + " artifacts (its tags: " + names + ")",
                "expected: one; name its tag, or its digest");
    }

    private void checkMarker() {
        Path file = root.resolve(MARKER);
        try {
            String version = Json.text(Json.object(octets(file)), VERSION).orElse("");
            if (!version.startsWith("1.")) {
                throw new IllegalArgumentException(
                        VERSION + " '" + Text.shown(version) + "' (expected: 1.0.0)");
            }
        } catch (IllegalArgumentException e) {
            throw broken(file, e);
        }
    }

    private byte[] octets(Path file) {
        try {
            if (Files.size(file) > limits.manifestBytes()) {
                throw new OciException(
                        Step.MANIFEST,
                        file + " has " + Files.size(file) + " bytes",
                        "expected: at most " + limits.manifestBytes());
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, Step.RESOLVE, e);
        }
    }

    private Path blob(Digest digest) {
        return blob(root, digest);
    }

    static Path blob(Path root, Digest digest) {
        return root.resolve("blobs").resolve(digest.algorithm().word()).resolve(digest.hex());
    }

    private static OciException unreadable(Path file, Step step, IOException cause) {
        boolean missing = cause instanceof NoSuchFileException;
        return new OciException(
                step,
                missing ? "there is no file " + file : file + " cannot be read: " + cause,
                CURE,
                cause);
    }

    private static OciException broken(Path file, IllegalArgumentException cause) {
        return new OciException(Step.MANIFEST, file + ": " + cause.getMessage(), CURE, cause);
    }

    private static OciException changed(String what, Digest found) {
        return new OciException(
                Step.DIGEST, what + " has the digest " + found, "write the layout again");
    }
}
