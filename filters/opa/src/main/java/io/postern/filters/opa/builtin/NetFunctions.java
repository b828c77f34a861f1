package io.postern.filters.opa.builtin;

import static io.postern.filters.opa.builtin.Operands.string;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;

/** {@code net.cidr_is_valid}, {@code net.cidr_contains_matches}. */
final class NetFunctions {
    private NetFunctions() {}

    static void addTo(Map<String, Builtin> all) {
        all.put(
                "net.cidr_is_valid",
                (evaluation, a) ->
                        BooleanNode.valueOf(a[0].isTextual() && Cidr.isValid(string(a[0]))));
        all.put("net.cidr_contains_matches", (evaluation, a) -> matches(a[0], a[1]));
    }

    @FunctionalInterface
    private interface Visitor {
        void visit(String cidr, JsonNode index);
    }

    private static JsonNode matches(JsonNode networks, JsonNode members) {
        var found = new RegoSet();
        each(
                networks,
                (network, networkIndex) ->
                        each(
                                members,
                                (member, memberIndex) -> {
                                    if (Cidr.of(network)
                                            .contains(Cidr.ofAddressOrNetwork(member))) {
                                        found.add(
                                                JsonNodeFactory.instance
                                                        .arrayNode()
                                                        .add(networkIndex)
                                                        .add(memberIndex));
                                    }
                                }));
        return found;
    }

    // Text stands for itself, members of arrays for their index, of sets for themselves, of
    // objects for their key.
    private static void each(JsonNode operand, Visitor visitor) {
        if (operand.isTextual()) {
            visitor.visit(string(operand), operand);
        } else if (operand.isObject()) {
            operand.properties()
                    .forEach(m -> visitor.visit(cidr(m.getValue()), TextNode.valueOf(m.getKey())));
        } else {
            for (int i = 0; i < operand.size(); i++) {
                var member = operand.get(i);
                visitor.visit(
                        cidr(member), operand instanceof RegoSet ? member : IntNode.valueOf(i));
            }
        }
    }

    private static String cidr(JsonNode member) {
        return string(member.isArray() && !member.isEmpty() ? member.get(0) : member);
    }
}
