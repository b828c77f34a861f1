package io.postern.filters.opa.builtin;

import static io.postern.filters.opa.builtin.Operands.string;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.Map;

/** {@code semver.*}. */
final class SemverFunctions {
    private SemverFunctions() {}

    static void addTo(Map<String, Builtin> all) {
        all.put(
                "semver.compare",
                (evaluation, a) ->
                        IntNode.valueOf(
                                SemanticVersion.of(string(a[0]))
                                        .compareTo(SemanticVersion.of(string(a[1])))));
        all.put(
                "semver.is_valid",
                (evaluation, a) ->
                        BooleanNode.valueOf(
                                a[0].isTextual() && SemanticVersion.isValid(string(a[0]))));
    }
}
