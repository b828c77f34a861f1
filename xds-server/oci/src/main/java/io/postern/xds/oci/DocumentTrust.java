package io.postern.xds.oci;

import io.postern.xds.oci.cosign.SignatureReport;
import io.postern.xds.oci.cosign.TrustedSigners;
import io.postern.xds.oci.cosign.VerificationKey;
import io.postern.xds.oci.keyless.KeylessIdentity;
import io.postern.xds.resources.PluginReference.Trust;
import io.postern.xds.resources.PluginReference.Trust.Policy;
import java.util.List;
import java.util.function.Consumer;

/** Whose signature a document wants, and what happens without one. Immutable. */
public record DocumentTrust(TrustedSigners signers, Policy policy) {
    /** Looks for signatures. */
    @FunctionalInterface
    public interface Search {
        /**
         * What is found of those.
         *
         * @throws OciException when nobody answers
         */
        SignatureReport of(TrustedSigners signers) throws InterruptedException;
    }

    /**
     * As a document has it.
     *
     * @throws OciException when its keys or identities are not understood
     */
    public static DocumentTrust of(Trust trust) {
        if (trust.policy() == Policy.OFF) {
            return new DocumentTrust(TrustedSigners.NONE, Policy.OFF);
        }
        String what = "the verification key: ";
        try {
            List<VerificationKey> keys =
                    trust.key().isEmpty() ? List.of() : VerificationKey.parse(trust.key());
            what = "keyless: ";
            Trust.Keyless who = trust.keyless();
            List<KeylessIdentity> identities =
                    who == null
                            ? List.of()
                            : List.of(
                                    KeylessIdentity.of(
                                            who.identity(), who.issuer(), who.trustedRoot()));
            return new DocumentTrust(new TrustedSigners(keys, identities), trust.policy());
        } catch (IllegalArgumentException e) {
            throw new OciException(
                    Step.SIGNATURE,
                    what + e.getMessage(),
                    "expected: a public key in PEM, as cosign.pub; a trusted_root.json",
                    e);
        }
    }

    /**
     * What is found of an artifact.
     *
     * @param name of the artifact, for people
     * @param warnings gets a line when nobody answers and it is used all the same
     * @throws OciException when it may not be used
     */
    public SignatureReport judge(String name, Search search, Consumer<String> warnings)
            throws InterruptedException {
        return switch (policy) {
            case OFF -> SignatureReport.NOTHING;
            case WARN -> {
                try {
                    yield search.of(signers);
                } catch (OciException e) {
                    warnings.accept(name + ": " + e.failure().message());
                    yield SignatureReport.NOTHING;
                }
            }
            case REQUIRED -> {
                SignatureReport report = search.of(signers);
                if (!report.verified()) {
                    throw new OciException(
                            Step.SIGNATURE,
                            name + ": " + report.problem(),
                            "sign it with cosign sign, or name who has");
                }
                yield report;
            }
        };
    }

    /** Whether what those have signed may be used. */
    public boolean accepts(List<String> by) {
        return policy != Policy.REQUIRED || isSigned(by);
    }

    /** What the document's status says of it; empty: nothing. */
    public String remark(List<String> by) {
        return policy == Policy.WARN && !isSigned(by)
                ? "signature: nobody signed it who counts; it is used all the same"
                : "";
    }

    private boolean isSigned(List<String> by) {
        return signers.ids().stream().anyMatch(by::contains);
    }
}
