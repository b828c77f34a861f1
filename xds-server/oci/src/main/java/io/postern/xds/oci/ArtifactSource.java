package io.postern.xds.oci;

import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.Manifest;
import io.postern.xds.oci.registry.Deadline;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Where the parts of artifacts are: a repository of a registry, or a folder. Blocks. */
public interface ArtifactSource {
    /**
     * A manifest or index.
     *
     * @param digest of its octets
     */
    record Document(Digest digest, Manifest manifest) {}

    /**
     * What a tag or a digest stands for; of a digest it has been compared.
     *
     * @throws OciException when there is none, or none that can be used
     */
    Document manifest(String target, Deadline deadline) throws InterruptedException;

    /**
     * Writes a blob, compared with its digest and size, into a file; on any failure the file's
     * content is worth nothing.
     */
    void blob(Descriptor blob, Path into, Deadline deadline) throws InterruptedException;

    /** The octets of a blob that is no larger than a manifest, compared the same way. */
    byte[] smallBlob(Descriptor blob, Deadline deadline) throws InterruptedException;

    /**
     * Something that somebody has attached to a manifest: a signature, an attestation.
     *
     * @param where it was found, for people
     * @param manifest throws {@link OciException} when it cannot be read
     */
    record Attachment(String where, Supplier<Manifest> manifest) {
        /** How tags end that cosign made of a digest before there were referrers. */
        public static final List<String> TAG_SUFFIXES = List.of(".sig", ".att", ".sbom");

        /** Most of those that refer to one manifest: anybody who may push can attach. */
        public static final int MOST_REFERRERS = 64;

        /** Found by its tag. */
        public static Attachment tagged(String tag, Supplier<Manifest> manifest) {
            return new Attachment("tag " + tag, manifest);
        }

        /** Found because it refers to the manifest. */
        public static Attachment referring(Digest own, Supplier<Manifest> manifest) {
            return new Attachment("referrer " + own.brief(), manifest);
        }
    }

    /**
     * What is attached to a manifest: by tags made of its digest, and by referring to it.
     *
     * @throws OciException when that cannot be found out
     */
    List<Attachment> attachments(Digest subject, Deadline deadline) throws InterruptedException;
}
