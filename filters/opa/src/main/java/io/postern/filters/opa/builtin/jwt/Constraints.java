package io.postern.filters.opa.builtin.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.filters.opa.builtin.BuiltinError;
import io.postern.filters.opa.builtin.Evaluation;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * What {@code io.jwt.decode_verify} demands of a token.
 *
 * @param keys keys to check with; null when there is a secret
 * @param secret secret to check with; null when there are keys
 * @param algorithm the only algorithm; empty: any
 * @param issuer the only issuer; empty: any
 * @param audience the audience; empty: the token must not be meant for anyone
 * @param timeSeconds the time to check against
 */
record Constraints(
        @Nullable VerificationKeys keys,
        @Nullable SecretKey secret,
        String algorithm,
        String issuer,
        String audience,
        BigDecimal timeSeconds) {
    private static final int NANO_DIGITS = 9;

    static Constraints of(Evaluation evaluation, JsonNode operand) {
        if (!(operand instanceof ObjectNode members)) {
            throw new BuiltinError("constraints must be an object");
        }
        for (var member : members.properties()) {
            switch (member.getKey()) {
                case "cert", "secret", "alg", "iss", "aud", "time" -> {}
                default ->
                        throw new BuiltinError(
                                "unknown token validation constraint: " + member.getKey());
            }
        }
        String certificate = text(members, "cert");
        String secret = text(members, "secret");
        if (members.has("cert") == !secret.isEmpty()) {
            throw new BuiltinError("there must be one key constraint: cert or secret");
        }
        return new Constraints(
                members.has("cert") ? JwtFunctions.keys(evaluation, certificate) : null,
                secret.isEmpty()
                        ? null
                        : Signatures.secret(secret.getBytes(StandardCharsets.UTF_8)),
                text(members, "alg"),
                text(members, "iss"),
                text(members, "aud"),
                time(evaluation, members.get("time")).movePointLeft(NANO_DIGITS));
    }

    /** Whether one of the keys signed the token. */
    boolean signed(Token token) {
        String algorithmOfToken = token.headerText("alg");
        byte[] signed = token.signed();
        byte[] signature = token.signature();
        if (secret != null) {
            return Signatures.verify(algorithmOfToken, secret, signed, signature);
        }
        if (keys == null) {
            return false;
        }
        String keyId = token.headerText("kid");
        var named = keyId.isEmpty() ? null : keys.byId(keyId);
        if (named != null) {
            return Signatures.verify(algorithmOfToken, named.key(), signed, signature);
        }
        for (var key : keys.keys()) {
            boolean usable = key.algorithm().isEmpty() || key.algorithm().equals(algorithmOfToken);
            if (usable && Signatures.verify(algorithmOfToken, key.key(), signed, signature)) {
                return true;
            }
        }
        return false;
    }

    private static BigDecimal time(Evaluation evaluation, @Nullable JsonNode time) {
        if (time == null) {
            return BigDecimal.valueOf(evaluation.epochNanos());
        }
        if (!time.isNumber() || time.decimalValue().signum() < 0) {
            throw new BuiltinError("token time constraint: must be a number, not negative");
        }
        return time.decimalValue();
    }

    private static String text(ObjectNode members, String name) {
        var value = members.get(name);
        if (value == null) {
            return "";
        }
        if (!value.isTextual()) {
            throw new BuiltinError(name + " constraint: must be a string");
        }
        return value.textValue();
    }
}
