package io.postern.filters.opa.builtin;

import static io.postern.filters.opa.builtin.Operands.string;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;

/** {@code sprintf} and the functions on strings that OPA does not compile into the policy. */
final class TextFunctions {
    private TextFunctions() {}

    static void addTo(Map<String, Builtin> all) {
        all.put("sprintf", (evaluation, a) -> sprintf(a[0], a[1]));
    }

    private static JsonNode sprintf(JsonNode format, JsonNode arguments) {
        var values =
                Operands.<Object>list(
                        arguments,
                        value ->
                                value.isNumber()
                                        ? GoFormat.argument(value.decimalValue())
                                        : RegoText.of(value));
        return TextNode.valueOf(GoFormat.format(string(format), values));
    }
}
