package io.postern.xds.oci.cosign;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A DSSE envelope (secure-systems-lab/dsse, version 1) with an in-toto statement. Immutable.
 *
 * @param signatures at most {@link #MOST_SIGNATURES}
 */
record Envelope(String payloadType, byte[] payload, List<byte[]> signatures) {
    private static final int MOST_SIGNATURES = 32;
    private static final String IN_TOTO = "application/vnd.in-toto+json";

    Envelope {
        signatures = List.copyOf(signatures);
    }

    /** Reads it; {@code IllegalArgumentException} when it is none. */
    static Envelope read(JsonNode json) {
        var signatures = new ArrayList<byte[]>();
        for (JsonNode one : json.path("signatures")) {
            if (signatures.size() < MOST_SIGNATURES) {
                signatures.add(decoded(Json.text(one, "sig").orElse("")));
            }
        }
        return new Envelope(
                Json.text(json, "payloadType").orElse(""),
                decoded(Json.text(json, "payload").orElse("")),
                signatures);
    }

    private static byte[] decoded(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    /** What is signed: the "pre-authentication encoding" of type and payload. */
    byte[] signed() {
        byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream();
        out.writeBytes(("DSSEv1 " + type.length + " ").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(type);
        out.writeBytes((" " + payload.length + " ").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(payload);
        return out.toByteArray();
    }

    /** Whether {@code key} signed it. */
    boolean signedBy(VerificationKey key) {
        byte[] message = signed();
        return signatures.stream().anyMatch(one -> key.signed(message, one));
    }

    /** The statement's kind of claim; empty: it is no statement. */
    String predicateType() {
        return payloadType.equals(IN_TOTO)
                ? Json.text(Json.object(payload), "predicateType").orElse("")
                : "";
    }

    /** What the statement claims. */
    JsonNode predicate() {
        return Json.object(payload).path("predicate");
    }

    /** Whether the statement is about that content. */
    boolean isAbout(Digest subject) {
        if (!payloadType.equals(IN_TOTO)) {
            return false;
        }
        for (JsonNode one : Json.object(payload).path("subject")) {
            if (one.path("digest")
                    .path(subject.algorithm().word())
                    .asText("")
                    .equals(subject.hex())) {
                return true;
            }
        }
        return false;
    }
}
