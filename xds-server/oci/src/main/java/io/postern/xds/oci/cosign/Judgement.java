package io.postern.xds.oci.cosign;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Json;
import io.postern.xds.oci.keyless.KeylessIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What to make of something that is attached to {@code subject}. A signature counts when one of
 * {@code signers} made it <em>and</em> what it signs is that digest: a good signature of something
 * else is none. Thread-safe: immutable.
 */
record Judgement(TrustedSigners signers, Digest subject) {
    private static final String COSIGN_TYPE = "cosign container image signature";
    private static final String SIGN_PREDICATE = "https://sigstore.dev/cosign/sign/v1";
    private static final String OTHER = "is of another key";
    private static final String ELSE = "signs something else";

    /** What it is. */
    sealed interface Finding {}

    /** A signature that counts. */
    record Signed(String where, String by) implements Finding {}

    /** A signature that does not. */
    record Rejected(String why) implements Finding {}

    /** A claim. */
    record Said(Attestation attestation) implements Finding {}

    /** Who signed it, or why nobody did that counts. */
    private sealed interface Who {
        record Is(String id) implements Who {}

        record IsNot(String why) implements Who {}
    }

    Finding of(Attached one) {
        return switch (one) {
            case Attached.Broken(String where, String reason) ->
                    new Rejected(where + " cannot be read: " + reason);
            case Attached.Other(String where, String type, _) ->
                    new Said(new Attestation(type, where, "", List.of()));
            case Attached.Simple simple -> signature(simple.where(), simple(simple));
            case Attached.Enveloped(String where, Envelope envelope) ->
                    enveloped(where, envelope, byKey(envelope));
            case Attached.Keyless(String where, byte[] bundle, Optional<Envelope> envelope) -> {
                Who who = byIdentity(bundle);
                yield envelope.isPresent()
                        ? enveloped(where, envelope.get(), who)
                        : signature(where, who);
            }
        };
    }

    private static Finding signature(String where, Who who) {
        return switch (who) {
            case Who.Is(String id) -> new Signed(where, id);
            case Who.IsNot(String why) -> new Rejected(where + " " + why);
        };
    }

    private Finding enveloped(String where, Envelope envelope, Who who) {
        try {
            String type = envelope.predicateType();
            boolean about = envelope.isAbout(subject);
            if (type.equals(SIGN_PREDICATE) || type.isEmpty()) {
                boolean other = who instanceof Who.Is && (type.isEmpty() || !about);
                return signature(where, other ? new Who.IsNot(ELSE) : who);
            }
            String by = about && who instanceof Who.Is(String id) ? id : "";
            List<String> details = Predicates.details(type, envelope.predicate());
            return new Said(new Attestation(type, where, by, details));
        } catch (IllegalArgumentException e) {
            return new Rejected(where + " cannot be read: " + e.getMessage());
        }
    }

    private Who byKey(Envelope envelope) {
        for (VerificationKey key : signers.keys()) {
            if (envelope.signedBy(key)) {
                return new Who.Is(key.id());
            }
        }
        return new Who.IsNot(OTHER);
    }

    private Who byIdentity(byte[] bundle) {
        if (signers.identities().isEmpty()) {
            return new Who.IsNot("is keyless, and no identity is given that counts");
        }
        var why = new ArrayList<String>();
        for (KeylessIdentity one : signers.identities()) {
            Optional<String> problem = one.problem(bundle, subject);
            if (problem.isEmpty()) {
                return new Who.Is(one.id());
            }
            why.add(problem.get());
        }
        return new Who.IsNot("does not count: " + String.join("; ", why));
    }

    private Who simple(Attached.Simple simple) {
        Optional<VerificationKey> signer =
                signers.keys().stream()
                        .filter(key -> key.signed(simple.payload(), simple.signature()))
                        .findFirst();
        if (signer.isEmpty()) {
            return new Who.IsNot(
                    simple.keyless()
                            ? "is keyless in cosign's older format, which has no proof of inclusion"
                                    + " (expected: a bundle, as cosign 3 makes it)"
                            : OTHER);
        }
        try {
            JsonNode critical = Json.object(simple.payload()).path("critical");
            String digest = critical.path("image").path("docker-manifest-digest").asText("");
            boolean ours = critical.path("type").asText("").equals(COSIGN_TYPE);
            return ours && digest.equals(subject.toString())
                    ? new Who.Is(signer.get().id())
                    : new Who.IsNot(ELSE);
        } catch (IllegalArgumentException e) {
            return new Who.IsNot("signs something that is " + e.getMessage());
        }
    }
}
