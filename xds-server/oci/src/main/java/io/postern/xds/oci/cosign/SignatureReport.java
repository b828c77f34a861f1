package io.postern.xds.oci.cosign;

import java.util.List;

/**
 * Who vouches for an artifact. Immutable.
 *
 * @param signed where the signatures are that count; empty: none
 * @param by who made them
 * @param rejected where others are, and why they do not count
 * @param attestations what is said about it
 */
public record SignatureReport(
        List<String> signed,
        List<String> by,
        List<String> rejected,
        List<Attestation> attestations) {
    /** Nothing was found, or looked for. */
    public static final SignatureReport NOTHING =
            new SignatureReport(List.of(), List.of(), List.of(), List.of());

    public SignatureReport {
        signed = List.copyOf(signed);
        by = List.copyOf(by);
        rejected = List.copyOf(rejected);
        attestations = List.copyOf(attestations);
    }

    /** Whether somebody signed it who counts. */
    public boolean verified() {
        return !signed.isEmpty();
    }

    /** Why it does not count as signed. */
    public String problem() {
        return rejected.isEmpty()
                ? "there is no signature"
                : "no signature counts: " + String.join("; ", rejected);
    }
}
