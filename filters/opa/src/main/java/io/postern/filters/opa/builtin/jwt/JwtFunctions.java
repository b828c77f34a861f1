package io.postern.filters.opa.builtin.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.postern.filters.opa.builtin.Builtin;
import io.postern.filters.opa.builtin.BuiltinError;
import io.postern.filters.opa.builtin.Evaluation;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code io.jwt.decode}, {@code io.jwt.verify_*} and {@code io.jwt.decode_verify}.
 *
 * <p>Source: {@code topdown/tokens.go} of OPA.
 */
public final class JwtFunctions {
    private static final List<String> ASYMMETRIC =
            List.of(
                    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
                    "EdDSA");
    private static final int DEEPEST_NESTING = 8;

    private JwtFunctions() {}

    /** Adds them by name. */
    public static void addTo(Map<String, Builtin> all) {
        all.put("io.jwt.decode", (evaluation, a) -> decode(text(a[0]), 0));
        for (String algorithm : ASYMMETRIC) {
            all.put(
                    "io.jwt.verify_" + algorithm.toLowerCase(Locale.ROOT),
                    (evaluation, a) -> verify(evaluation, algorithm, text(a[0]), text(a[1])));
        }
        for (String algorithm : List.of("HS256", "HS384", "HS512")) {
            all.put(
                    "io.jwt.verify_" + algorithm.toLowerCase(Locale.ROOT),
                    (evaluation, a) -> verifySecret(algorithm, text(a[0]), text(a[1])));
        }
        all.put("io.jwt.decode_verify", DecodeVerify::call);
    }

    private static JsonNode decode(String text, int depth) {
        var token = Token.of(text);
        String payload = token.payload();
        if (token.headerText("cty").equals("JWT")) {
            if (depth == DEEPEST_NESTING) {
                throw new BuiltinError("tokens are nested too deeply");
            }
            return decode(payload.replaceAll("^[\"']+|[\"']+$", ""), depth + 1);
        }
        return JsonNodeFactory.instance
                .arrayNode()
                .add(token.header())
                .add(Token.object(payload))
                .add(HexFormat.of().formatHex(token.signature()));
    }

    private static JsonNode verifySecret(String algorithm, String text, String secret) {
        var token = Token.of(text);
        var key = Signatures.secret(secret.getBytes(StandardCharsets.UTF_8));
        return BooleanNode.valueOf(
                Signatures.verify(algorithm, key, token.signed(), token.signature()));
    }

    private static JsonNode verify(
            Evaluation evaluation, String algorithm, String text, String keyText) {
        var token = Token.of(text);
        var keys = keys(evaluation, keyText);
        byte[] signed = token.signed();
        byte[] signature = token.signature();
        String keyId = token.headerText("kid");
        var named = keyId.isEmpty() ? null : keys.byId(keyId);
        if (named != null) {
            return BooleanNode.valueOf(
                    Signatures.verify(algorithm, named.key(), signed, signature));
        }
        for (var key : keys.keys()) {
            boolean usable =
                    key.algorithm().isEmpty() || key.algorithm().equals(token.headerText("alg"));
            if (usable && Signatures.verify(algorithm, key.key(), signed, signature)) {
                return BooleanNode.TRUE;
            }
        }
        return BooleanNode.FALSE;
    }

    static VerificationKeys keys(Evaluation evaluation, String text) {
        return evaluation.cached(VerificationKeys.class, text, VerificationKeys::parse);
    }

    static String text(JsonNode operand) {
        if (!operand.isTextual()) {
            throw new BuiltinError("operand must be string but got " + operand.getNodeType());
        }
        return operand.textValue();
    }
}
