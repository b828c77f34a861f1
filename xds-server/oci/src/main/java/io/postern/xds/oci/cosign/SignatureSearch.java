package io.postern.xds.oci.cosign;

import io.postern.xds.oci.ArtifactSource;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.registry.Deadline;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks in one place for what is attached to an artifact, in cosign's formats, and compares it with
 * those that count. Thread-safe: immutable; blocks: control threads only.
 */
public record SignatureSearch(ArtifactSource source, Deadline deadline) {
    /**
     * What there is.
     *
     * @param subjects digests that a signature may be for
     * @param signers may be nobody: then nothing counts, and attestations are only listed
     * @throws OciException when the place does not answer
     */
    public SignatureReport of(List<Digest> subjects, TrustedSigners signers)
            throws InterruptedException {
        var signed = new ArrayList<String>();
        var by = new ArrayList<String>();
        var rejected = new ArrayList<String>();
        var attestations = new ArrayList<Attestation>();
        for (Digest subject : subjects) {
            var judgement = new Judgement(signers, subject);
            for (Attached one : new AttachedReader(source, deadline).of(subject)) {
                switch (judgement.of(one)) {
                    case Judgement.Signed(String where, String who) -> {
                        signed.add(where);
                        by.add(who);
                    }
                    case Judgement.Rejected(String why) -> rejected.add(why);
                    case Judgement.Said(Attestation attestation) -> attestations.add(attestation);
                }
            }
        }
        return new SignatureReport(signed, by, rejected, attestations);
    }
}
