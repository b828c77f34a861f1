package io.postern.xds.oci.keyless;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sigstore.encryption.certificates.Certificates;
import io.postern.xds.oci.Json;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What a log (Rekor, version 1) promised when it took a signature. Nothing of it is true before
 * {@link #promise} is found to be the log's signature of {@link #promised}.
 *
 * @param body the entry, in JSON
 * @param log the sha256 of the log's key
 */
record LogEntry(byte[] body, Instant at, long index, byte[] log, byte[] promise) {
    /**
     * Of cosign's annotation.
     *
     * @throws IllegalArgumentException when it is none
     */
    static LogEntry read(String annotation) {
        JsonNode bundle = Json.object(annotation.getBytes(StandardCharsets.UTF_8));
        JsonNode payload = bundle.path("Payload");
        return new LogEntry(
                decoded(payload.path("body")),
                Instant.ofEpochSecond(payload.path("integratedTime").asLong()),
                payload.path("logIndex").asLong(),
                HexFormat.of().parseHex(payload.path("logID").asText("")),
                decoded(bundle.path("SignedEntryTimestamp")));
    }

    /** As the log signs it: canonical JSON (RFC 8785). */
    byte[] promised() {
        String text =
                "{\"body\":\"%s\",\"integratedTime\":%d,\"logID\":\"%s\",\"logIndex\":%d}"
                        .formatted(
                                Base64.getEncoder().encodeToString(body),
                                at.getEpochSecond(),
                                HexFormat.of().formatHex(log),
                                index);
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Whether it is of this signature ({@code hashedrekord}, version 0.0.1).
     *
     * @param payloadSha256 of what is signed, lower-case hexadecimal
     * @param certificate of the signer, as it stands beside the signature
     */
    boolean isOf(String payloadSha256, byte[] signature, Certificate certificate)
            throws CertificateException {
        JsonNode entry = Json.object(body);
        JsonNode spec = entry.path("spec");
        JsonNode signed = spec.path("signature");
        JsonNode hash = spec.path("data").path("hash");
        return is(entry.path("kind"), "hashedrekord")
                && is(entry.path("apiVersion"), "0.0.1")
                && is(hash.path("algorithm"), "sha256")
                && is(hash.path("value"), payloadSha256)
                && Arrays.equals(decoded(signed.path("content")), signature)
                && Certificates.fromPem(decoded(signed.path("publicKey").path("content")))
                        .equals(certificate);
    }

    private static boolean is(JsonNode node, String text) {
        return node.isTextual() && node.asText().equals(text);
    }

    private static byte[] decoded(JsonNode base64) {
        return Base64.getDecoder().decode(base64.asText(""));
    }
}
