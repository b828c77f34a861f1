package io.postern.filters.opa.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Operands of built-in functions by type; a wrong type is an error of the call. */
final class Operands {
    private Operands() {}

    static String string(JsonNode operand) {
        if (!operand.isTextual()) {
            throw wrong("string", operand);
        }
        return operand.textValue();
    }

    static boolean bool(JsonNode operand) {
        if (!operand.isBoolean()) {
            throw wrong("boolean", operand);
        }
        return operand.booleanValue();
    }

    static BigDecimal number(JsonNode operand) {
        if (!operand.isNumber()) {
            throw wrong("number", operand);
        }
        return operand.decimalValue();
    }

    static long integer(JsonNode operand) {
        try {
            return number(operand).longValueExact();
        } catch (ArithmeticException e) {
            throw wrong("integer", operand);
        }
    }

    static ObjectNode object(JsonNode operand) {
        if (operand instanceof ObjectNode object) {
            return object;
        }
        throw wrong("object", operand);
    }

    /** Members of an array or a set. */
    static JsonNode array(JsonNode operand) {
        if (!operand.isArray()) {
            throw wrong("array", operand);
        }
        return operand;
    }

    static <T> List<T> list(JsonNode operand, Function<JsonNode, T> member) {
        var list = new ArrayList<T>();
        for (var value : array(operand)) {
            list.add(member.apply(value));
        }
        return list;
    }

    private static BuiltinError wrong(String expected, JsonNode operand) {
        return new BuiltinError(
                "operand must be " + expected + " but got " + operand.getNodeType());
    }
}
