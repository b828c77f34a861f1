package io.postern.xds.oci.keyless;

/**
 * A keyless signature in cosign's older format. Immutable; its arrays are not changed.
 *
 * @param payload what is signed
 * @param signature over it
 * @param certificate of who signed, in PEM: annotation {@code dev.sigstore.cosign/certificate}
 * @param entry what the log said of it, in JSON: annotation {@code dev.sigstore.cosign/bundle};
 *     empty: nothing
 */
public record LoggedSignature(byte[] payload, byte[] signature, String certificate, String entry) {}
