package io.postern.xds.oci.cosign;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.keyless.LoggedSignature;
import java.util.Optional;

/** Something that was attached to a manifest. Who attached it, and whether it is true, is open. */
sealed interface Attached {
    /** Where it was found, for people. */
    String where();

    /**
     * cosign's older signature: a payload in a layer, the rest in annotations.
     *
     * @param signature without a certificate: made with a key of their own
     */
    record Simple(String where, LoggedSignature signature) implements Attached {}

    /** A signature or an attestation in an envelope. */
    record Enveloped(String where, Envelope envelope) implements Attached {}

    /**
     * A signature or an attestation with a certificate, in a bundle.
     *
     * @param envelope empty: it signs the manifest itself
     */
    record Keyless(String where, byte[] bundle, Optional<Envelope> envelope) implements Attached {}

    /** What nobody signed: an SBOM as it is. */
    record Other(String where, String type, Digest digest) implements Attached {}

    /** What could not be read. */
    record Broken(String where, String reason) implements Attached {}
}
