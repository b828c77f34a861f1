package io.postern.xds.oci.cosign;

import io.postern.xds.oci.OciException;
import io.postern.xds.oci.OciFailure;
import io.postern.xds.oci.Pulled;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.registry.Deadline;
import io.postern.xds.oci.registry.Endpoint;
import io.postern.xds.oci.registry.Endpoints;
import io.postern.xds.oci.registry.RegistryClient;
import io.postern.xds.oci.registry.RepositorySource;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Looks for the signatures of what was pulled where it may have come from. Thread-safe; blocks:
 * control threads only.
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
        String repository = pulled.reference().repository();
        for (Endpoint endpoint : endpoints.of(pulled.reference())) {
            try {
                var source = new RepositorySource(client, endpoint, repository);
                SignatureReport at =
                        new SignatureSearch(source, deadline).of(pulled.subjects(), signers);
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
}
