package io.postern.xds.oci.cosign;

import java.util.List;

/**
 * Who vouches for an artifact. Immutable.
 *
 * @param signed where the signatures are that one of the keys made of this artifact; empty: none
 * @param rejected where others are, and why they do not count
 * @param attestations what is said about it
 */
public record SignatureReport(
        List<String> signed, List<String> rejected, List<Attestation> attestations) {
    public SignatureReport {
        signed = List.copyOf(signed);
        rejected = List.copyOf(rejected);
        attestations = List.copyOf(attestations);
    }

    /** Whether one of the keys signed it. */
    public boolean verified() {
        return !signed.isEmpty();
    }

    /** Why it does not count as signed. */
    public String problem() {
        return rejected.isEmpty()
                ? "there is no signature"
                : "no signature is of a given key: " + String.join("; ", rejected);
    }
}
