package io.postern.filters.opa.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** {@code object.subset}. */
final class CollectionFunctions {
    private CollectionFunctions() {}

    static void addTo(Map<String, Builtin> all) {
        all.put("object.subset", (evaluation, a) -> BooleanNode.valueOf(isSubset(a[0], a[1])));
    }

    private static boolean isSubset(JsonNode whole, JsonNode part) {
        if (whole instanceof ObjectNode object && part instanceof ObjectNode members) {
            return hasMembers(object, members);
        }
        if (whole.isArray() && part instanceof RegoSet) {
            return contains(whole, part);
        }
        if (whole.isArray() && part.isArray() && !(whole instanceof RegoSet)) {
            return hasRun(whole, part);
        }
        throw new BuiltinError(
                "both arguments object.subset must be of the same type or array and set");
    }

    private static boolean hasMembers(ObjectNode object, ObjectNode members) {
        for (var member : members.properties()) {
            var value = object.get(member.getKey());
            if (value == null || !isEqualOrSubset(value, member.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEqualOrSubset(JsonNode whole, JsonNode part) {
        if (whole.equals(part)) {
            return true;
        }
        if (whole instanceof ObjectNode object && part instanceof ObjectNode members) {
            return hasMembers(object, members);
        }
        if (!whole.isArray()
                || !part.isArray()
                || whole instanceof RegoSet != part instanceof RegoSet) {
            return false;
        }
        return whole instanceof RegoSet ? contains(whole, part) : hasRun(whole, part);
    }

    private static boolean contains(JsonNode whole, JsonNode part) {
        for (var wanted : part) {
            boolean found = false;
            for (var member : whole) {
                found |= member.equals(wanted);
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasRun(JsonNode whole, JsonNode part) {
        for (int start = 0; start + part.size() <= whole.size(); start++) {
            int i = 0;
            while (i < part.size() && whole.get(start + i).equals(part.get(i))) {
                i++;
            }
            if (i == part.size()) {
                return true;
            }
        }
        return false;
    }
}
