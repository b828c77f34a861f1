package io.postern.filters.opa.builtin;

import static io.postern.filters.opa.builtin.Operands.string;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** {@code sprintf} and the functions on strings that OPA does not compile into the policy. */
final class TextFunctions {
    private TextFunctions() {}

    static void addTo(Map<String, Builtin> all) {
        all.put("sprintf", (evaluation, a) -> sprintf(a[0], a[1]));
        all.put(
                "strings.any_prefix_match",
                (evaluation, a) -> BooleanNode.valueOf(anyMatch(a[0], a[1], String::startsWith)));
        all.put(
                "strings.any_suffix_match",
                (evaluation, a) -> BooleanNode.valueOf(anyMatch(a[0], a[1], String::endsWith)));
        all.put("strings.count", (evaluation, a) -> count(string(a[0]), string(a[1])));
        all.put("strings.split_n", (evaluation, a) -> splitN(string(a[0]), string(a[1]), a[2]));
        all.put("indexof_n", (evaluation, a) -> indexes(string(a[0]), string(a[1])));
        all.put("glob.quote_meta", (evaluation, a) -> TextNode.valueOf(quoteGlob(string(a[0]))));
    }

    private static boolean anyMatch(
            JsonNode searched, JsonNode affixes, BiPredicate<String, String> matches) {
        for (String text : texts(searched)) {
            for (String affix : texts(affixes)) {
                if (matches.test(text, affix)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<String> texts(JsonNode textOrMany) {
        return textOrMany.isTextual()
                ? List.of(string(textOrMany))
                : Operands.list(textOrMany, Operands::string);
    }

    private static JsonNode count(String text, String wanted) {
        if (wanted.isEmpty()) {
            return IntNode.valueOf(text.codePointCount(0, text.length()) + 1);
        }
        int count = 0;
        int at = text.indexOf(wanted);
        while (at >= 0) {
            count++;
            at = text.indexOf(wanted, at + wanted.length());
        }
        return IntNode.valueOf(count);
    }

    // The first n parts, or with a negative n the last -n parts.
    private static JsonNode splitN(String text, String delimiter, JsonNode operand) {
        long wanted = Operands.integer(operand);
        var parts = split(text, delimiter);
        int from = wanted >= 0 ? 0 : (int) Math.max(0, parts.size() + wanted);
        int to = wanted >= 0 ? (int) Math.min(wanted, parts.size()) : parts.size();
        var result = JsonNodeFactory.instance.arrayNode();
        parts.subList(from, to).forEach(result::add);
        return result;
    }

    private static List<String> split(String text, String delimiter) {
        if (delimiter.isEmpty()) {
            return text.codePoints().mapToObj(Character::toString).toList();
        }
        var parts = new ArrayList<String>();
        int from = 0;
        for (int at = text.indexOf(delimiter); at >= 0; at = text.indexOf(delimiter, from)) {
            parts.add(text.substring(from, at));
            from = at + delimiter.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static JsonNode indexes(String text, String wanted) {
        if (wanted.isEmpty()) {
            throw new BuiltinError("empty search character");
        }
        var indexes = JsonNodeFactory.instance.arrayNode();
        for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
            indexes.add(text.codePointCount(0, at));
        }
        return indexes;
    }

    private static String quoteGlob(String text) {
        var quoted = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ("*?\\[]{}".indexOf(c) >= 0) {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return quoted.toString();
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
