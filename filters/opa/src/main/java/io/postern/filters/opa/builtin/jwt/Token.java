package io.postern.filters.opa.builtin.jwt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.filters.opa.builtin.BuiltinError;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The three parts of a token in compact serialisation, and its header.
 *
 * @param encodedHeader as it was sent
 * @param encodedPayload as it was sent
 * @param encodedSignature as it was sent
 * @param header decoded
 */
record Token(
        String encodedHeader, String encodedPayload, String encodedSignature, ObjectNode header) {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    static Token of(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3) {
            throw new BuiltinError("encoded JWT must have 3 sections, found " + parts.length);
        }
        var header = object(decoded(parts[0]));
        if (header.has("enc")) {
            throw new BuiltinError("JWT is a JWE object, which is not supported");
        }
        return new Token(parts[0], parts[1], parts[2], header);
    }

    /** What was signed. */
    byte[] signed() {
        return (encodedHeader + '.' + encodedPayload).getBytes(StandardCharsets.UTF_8);
    }

    byte[] signature() {
        return decode(encodedSignature);
    }

    String payload() {
        return decoded(encodedPayload);
    }

    /** A text member of the header; empty when there is none. */
    String headerText(String name) {
        JsonNode value = header.get(name);
        if (value == null) {
            return "";
        }
        if (!value.isTextual()) {
            throw new BuiltinError(name + ": must be a string");
        }
        return value.textValue();
    }

    /** RFC 7515 section 4.1.11: every critical parameter must be understood. */
    boolean hasUnknownCriticalParameter() {
        JsonNode critical = header.get("crit");
        if (critical == null) {
            return false;
        }
        if (!critical.isArray() || critical.isEmpty()) {
            throw new BuiltinError("crit: must be a nonempty list");
        }
        for (var name : critical) {
            boolean known =
                    switch (name.asText()) {
                        case "alg", "kid", "typ", "cty", "crit" -> true;
                        default -> !header.has(name.asText());
                    };
            if (!known) {
                return true;
            }
        }
        return false;
    }

    static ObjectNode object(String json) {
        try {
            if (JSON.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new BuiltinError("JWT: invalid JSON");
        }
        throw new BuiltinError("JWT: decoded JSON type was not an Object");
    }

    private static String decoded(String base64) {
        return new String(decode(base64), StandardCharsets.UTF_8);
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getUrlDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new BuiltinError("JWT had invalid encoding");
        }
    }
}
