package io.postern.filters.opa.builtin;

import static io.postern.filters.opa.builtin.Operands.string;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Map;

/** {@code yaml.is_valid} and {@code yaml.unmarshal}. */
final class YamlFunctions {
    private YamlFunctions() {}

    static void addTo(Map<String, Builtin> all) {
        all.put("yaml.unmarshal", (evaluation, a) -> parse(string(a[0])));
        all.put(
                "yaml.is_valid",
                (evaluation, a) -> BooleanNode.valueOf(a[0].isTextual() && isValid(string(a[0]))));
    }

    /** Made on first use: most policies never need it, and it is slow to make. */
    private static final class Mapper {
        private static final YAMLMapper YAML =
                YAMLMapper.builder()
                        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .build();
    }

    private static boolean isValid(String text) {
        try {
            parse(text);
            return true;
        } catch (BuiltinError e) {
            return false;
        }
    }

    private static JsonNode parse(String text) {
        try {
            return Mapper.YAML.readTree(text);
        } catch (JsonProcessingException e) {
            throw new BuiltinError("yaml: " + e.getOriginalMessage());
        }
    }
}
