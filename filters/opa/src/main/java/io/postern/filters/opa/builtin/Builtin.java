package io.postern.filters.opa.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A Rego built-in function on the host's side. Thread-safe: keeps no state of its own; what it
 * remembers during one evaluation is in the {@link Evaluation}.
 */
@FunctionalInterface
public interface Builtin {
    /**
     * Computes the value of one call. Sets arrive as arrays.
     *
     * @return null for "undefined", as when OPA's own function gives no result
     * @throws BuiltinError when OPA's own function fails; also undefined (OPA's non-strict mode)
     */
    @Nullable JsonNode call(Evaluation evaluation, JsonNode[] arguments);
}
