package io.postern.filters.opa.builtin.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.filters.opa.builtin.BuiltinError;
import java.math.BigDecimal;

/** {@code exp} and {@code nbf}: seconds since 1970 (NumericDate, RFC 7519 section 2). */
final class JwtTimes {
    private JwtTimes() {}

    static BigDecimal of(String claim, JsonNode value) {
        if (!value.isNumber()) {
            throw new BuiltinError(claim + " value must be a number");
        }
        return value.decimalValue();
    }
}
