package io.postern.xds.oci.cosign;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Json;
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
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Looks for the signatures of what was pulled, in cosign's formats, and checks them with public
 * keys. A signature counts when its key is given <em>and</em> what it signs is this artifact's
 * digest: a good signature of something else is none. Thread-safe; blocks: control threads only.
 */
public record Signatures(
        RegistryClient client, Endpoints endpoints, Duration patience, LongSupplier clock) {
    private static final String COSIGN_TYPE = "cosign container image signature";
    private static final String SIGN_PREDICATE = "https://sigstore.dev/cosign/sign/v1";

    /**
     * Asks the mirrors and the registry, until a signature is found that counts.
     *
     * @param keys may be empty: then nothing counts, and attestations are only listed
     * @throws OciException when none of them answers
     */
    public SignatureReport of(Pulled pulled, List<VerificationKey> keys)
            throws InterruptedException {
        Deadline deadline = Deadline.in(patience, clock);
        Optional<OciException> unreachable = Optional.empty();
        var report = new SignatureReport(List.of(), List.of(), List.of());
        for (Endpoint endpoint : endpoints.of(pulled.reference())) {
            try {
                SignatureReport at = at(endpoint, pulled, keys, deadline);
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
            Endpoint endpoint, Pulled pulled, List<VerificationKey> keys, Deadline deadline)
            throws InterruptedException {
        var signed = new ArrayList<String>();
        var rejected = new ArrayList<String>();
        var attestations = new ArrayList<Attestation>();
        for (Digest subject : pulled.subjects()) {
            String repository = pulled.reference().repository();
            var reader = new AttachedReader(client, endpoint, repository, deadline);
            for (Attached one : reader.of(subject)) {
                Optional<Attestation> attestation = attestation(one, subject, keys);
                if (attestation.isPresent()) {
                    attestations.add(attestation.get());
                    continue;
                }
                Optional<String> problem = problem(one, subject, keys);
                if (problem.isPresent()) {
                    rejected.add(one.where() + " " + problem.get());
                } else {
                    signed.add(one.where());
                }
            }
        }
        return new SignatureReport(signed, rejected, attestations);
    }

    private static Optional<Attestation> attestation(
            Attached one, Digest subject, List<VerificationKey> keys) {
        return switch (one) {
            case Attached.Other other ->
                    Optional.of(new Attestation(other.type(), other.where(), false));
            case Attached.Enveloped(String where, Envelope envelope) -> {
                String type = type(envelope);
                yield type.equals(SIGN_PREDICATE) || type.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new Attestation(
                                        type,
                                        where,
                                        envelope.isAbout(subject) && envelope.signedBy(keys)));
            }
            case Attached.Simple _, Attached.Broken _ -> Optional.empty();
        };
    }

    private static String type(Envelope envelope) {
        try {
            return envelope.predicateType();
        } catch (IllegalArgumentException _) {
            return "";
        }
    }

    /** Why a signature does not count; empty: it does. */
    private static Optional<String> problem(
            Attached one, Digest subject, List<VerificationKey> keys) {
        return switch (one) {
            case Attached.Broken(_, String reason) -> Optional.of("cannot be read: " + reason);
            case Attached.Other _ -> Optional.of("is none of a key");
            case Attached.Simple simple -> problem(simple, subject, keys);
            case Attached.Enveloped(_, Envelope envelope) -> {
                if (!envelope.signedBy(keys)) {
                    yield Optional.of("is of another key");
                }
                yield type(envelope).equals(SIGN_PREDICATE) && envelope.isAbout(subject)
                        ? Optional.empty()
                        : Optional.of("signs something else");
            }
        };
    }

    private static Optional<String> problem(
            Attached.Simple simple, Digest subject, List<VerificationKey> keys) {
        if (keys.stream().noneMatch(key -> key.signed(simple.payload(), simple.signature()))) {
            return Optional.of("is of another key");
        }
        try {
            JsonNode critical = Json.object(simple.payload()).path("critical");
            String digest = critical.path("image").path("docker-manifest-digest").asText("");
            boolean ours = critical.path("type").asText("").equals(COSIGN_TYPE);
            return ours && digest.equals(subject.toString())
                    ? Optional.empty()
                    : Optional.of("signs something else");
        } catch (IllegalArgumentException e) {
            return Optional.of("signs something that is " + e.getMessage());
        }
    }
}
