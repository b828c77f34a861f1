package io.postern.xds.oci.cosign;

import io.postern.xds.oci.Digest;

/** Something that was attached to a manifest. Who attached it, and whether it is true, is open. */
sealed interface Attached {
    /** Where it was found, for people. */
    String where();

    /** cosign's older signature: a payload in a layer, its signature in an annotation. */
    record Simple(String where, byte[] payload, byte[] signature) implements Attached {}

    /** A signature or an attestation in an envelope. */
    record Enveloped(String where, Envelope envelope) implements Attached {}

    /** What is not signed by a key: an SBOM as it is, a keyless bundle. */
    record Other(String where, String type, Digest digest) implements Attached {}

    /** What could not be read. */
    record Broken(String where, String reason) implements Attached {}
}
