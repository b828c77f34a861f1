package io.postern.filters.opa.builtin.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.filters.opa.builtin.BuiltinError;
import io.postern.filters.opa.builtin.Evaluation;

/**
 * {@code io.jwt.decode_verify(token, constraints)}: {@code [valid, header, payload]}, the latter
 * two empty when a signature or a constraint does not hold.
 */
final class DecodeVerify {
    private static final int DEEPEST_NESTING = 8;

    private DecodeVerify() {}

    static JsonNode call(Evaluation evaluation, JsonNode[] operands) {
        var constraints = Constraints.of(evaluation, operands[1]);
        String text = JwtFunctions.text(operands[0]);
        for (int depth = 0; depth < DEEPEST_NESTING; depth++) {
            var token = Token.of(text);
            if (!isTrusted(token, constraints)) {
                return unverified();
            }
            if (!token.headerText("cty").equalsIgnoreCase("JWT")) {
                var payload = Token.object(token.payload());
                return holds(payload, constraints) ? verified(token, payload) : unverified();
            }
            text = token.payload();
        }
        throw new BuiltinError("tokens are nested too deeply");
    }

    private static boolean isTrusted(Token token, Constraints constraints) {
        String algorithm = token.headerText("alg");
        return !algorithm.isEmpty()
                && !token.hasUnknownCriticalParameter()
                && (constraints.algorithm().isEmpty() || constraints.algorithm().equals(algorithm))
                && constraints.signed(token);
    }

    private static boolean holds(ObjectNode payload, Constraints constraints) {
        return isIssuedBy(payload, constraints.issuer())
                && isFor(payload, constraints.audience())
                && isInTime(payload, constraints);
    }

    private static boolean isIssuedBy(ObjectNode payload, String issuer) {
        return issuer.isEmpty() || issuer.equals(payload.path("iss").textValue());
    }

    private static boolean isFor(ObjectNode payload, String audience) {
        var intended = payload.get("aud");
        if (intended == null) {
            return audience.isEmpty();
        }
        if (intended.isTextual()) {
            return intended.textValue().equals(audience);
        }
        for (var one : intended) {
            if (intended.isArray() && audience.equals(one.textValue())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isInTime(ObjectNode payload, Constraints constraints) {
        var expires = payload.get("exp");
        if (expires != null
                && constraints.timeSeconds().compareTo(JwtTimes.of("exp", expires)) >= 0) {
            return false;
        }
        var notBefore = payload.get("nbf");
        return notBefore == null
                || constraints.timeSeconds().compareTo(JwtTimes.of("nbf", notBefore)) >= 0;
    }

    private static JsonNode verified(Token token, ObjectNode payload) {
        return JsonNodeFactory.instance.arrayNode().add(true).add(token.header()).add(payload);
    }

    private static JsonNode unverified() {
        var none = JsonNodeFactory.instance.objectNode();
        return JsonNodeFactory.instance.arrayNode().add(false).add(none).add(none.deepCopy());
    }
}
