package io.postern.xds.oci.cosign;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Json;
import io.postern.xds.oci.keyless.KeylessIdentity;
import io.postern.xds.oci.keyless.LoggedSignature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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
            case Attached.Simple(String where, LoggedSignature signature) ->
                    signature(where, simple(signature));
            case Attached.Enveloped(String where, Envelope envelope) ->
                    enveloped(where, envelope, byKey(envelope));
            case Attached.Keyless(String where, byte[] bundle, Optional<Envelope> envelope) -> {
                Who who = byIdentity(identity -> identity.problem(bundle, subject));
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

    private Who byIdentity(Function<KeylessIdentity, Optional<String>> problem) {
        if (signers.identities().isEmpty()) {
            return new Who.IsNot("is keyless, and no identity is given that counts");
        }
        var why = new ArrayList<String>();
        for (KeylessIdentity one : signers.identities()) {
            Optional<String> found = problem.apply(one);
            if (found.isEmpty()) {
                return new Who.Is(one.id());
            }
            why.add(found.get());
        }
        return new Who.IsNot("does not count: " + String.join("; ", why));
    }

    private Who simple(LoggedSignature signature) {
        return switch (signer(signature)) {
            case Who.IsNot nobody -> nobody;
            case Who.Is somebody -> isAboutSubject(signature.payload(), somebody);
        };
    }

    private Who signer(LoggedSignature one) {
        for (VerificationKey key : signers.keys()) {
            if (key.signed(one.payload(), one.signature())) {
                return new Who.Is(key.id());
            }
        }
        return one.certificate().isEmpty()
                ? new Who.IsNot(OTHER)
                : byIdentity(identity -> identity.problem(one));
    }

    private Who isAboutSubject(byte[] payload, Who.Is signer) {
        try {
            JsonNode critical = Json.object(payload).path("critical");
            String digest = critical.path("image").path("docker-manifest-digest").asText("");
            boolean ours = critical.path("type").asText("").equals(COSIGN_TYPE);
            return ours && digest.equals(subject.toString()) ? signer : new Who.IsNot(ELSE);
        } catch (IllegalArgumentException e) {
            return new Who.IsNot("signs something that is " + e.getMessage());
        }
    }
}
