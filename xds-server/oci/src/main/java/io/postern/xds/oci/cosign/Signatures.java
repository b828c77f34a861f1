package io.postern.xds.oci.cosign;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.OciFailure;
import io.postern.xds.oci.Pulled;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.registry.Deadline;
import io.postern.xds.oci.registry.Endpoint;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.registry.RegistryClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Looks for the signatures of what was pulled, in cosign's formats, and compares them with those
 * that count. Thread-safe; blocks: control threads only.
 */
public record Signatures(
        RegistryClient client, Endpoints endpoints, Duration patience, LongSupplier clock) {
    /**
     * Asks the mirrors and the registry, until a signature is found that counts.
     *
     * @param signers may be nobody: then nothing counts, and attestations are only listed
     * @throws OciException when none of them answers
     */
    public SignatureReport of(Pulled pulled, TrustedSigners signers) throws InterruptedException {
        Deadline deadline = Deadline.in(patience, clock);
        Optional<OciException> unreachable = Optional.empty();
        var report = SignatureReport.NOTHING;
        for (Endpoint endpoint : endpoints.of(pulled.reference())) {
            try {
                SignatureReport at = at(endpoint, pulled, signers, deadline);
                report =
                        at.verified() || at.rejected().size() >= report.rejected().size()
                                ? at
                                : report;
                unreachable = Optional.empty();
                if (at.verified()) {
                    return at;
                }
            } catch (OciException e) {
                unreachable = Optional.of(e);
            }
        }
        if (unreachable.isPresent()) {
            OciFailure why = unreachable.get().failure();
            throw new OciException(
                    Step.SIGNATURE, "the signatures cannot be read: " + why.what(), why.cure());
        }
        return report;
    }

    private SignatureReport at(
            Endpoint endpoint, Pulled pulled, TrustedSigners signers, Deadline deadline)
            throws InterruptedException {
        var signed = new ArrayList<String>();
        var by = new ArrayList<String>();
        var rejected = new ArrayList<String>();
        var attestations = new ArrayList<Attestation>();
        for (Digest subject : pulled.subjects()) {
            String repository = pulled.reference().repository();
            var reader = new AttachedReader(client, endpoint, repository, deadline);
            var judgement = new Judgement(signers, subject);
            for (Attached one : reader.of(subject)) {
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
