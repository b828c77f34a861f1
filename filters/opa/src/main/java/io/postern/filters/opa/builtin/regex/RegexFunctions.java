package io.postern.filters.opa.builtin.regex;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.postern.filters.opa.builtin.Builtin;
import io.postern.filters.opa.builtin.BuiltinError;
import io.postern.filters.opa.builtin.Evaluation;
import java.util.Map;

/** The regular expression functions that OPA does not compile into the policy. */
public final class RegexFunctions {
    private RegexFunctions() {}

    /** Adds them by name. */
    public static void addTo(Map<String, Builtin> all) {
        all.put(
                "regex.replace",
                (evaluation, a) -> replace(evaluation, text(a[0]), text(a[1]), text(a[2])));
        all.put(
                "regex.split",
                (evaluation, a) -> split(pattern(evaluation, text(a[0])), text(a[1])));
        all.put(
                "regex.find_n",
                (evaluation, a) -> find(pattern(evaluation, text(a[0])), text(a[1]), a[2]));
        all.put(
                "regex.template_match",
                (evaluation, a) -> {
                    String regex = PathTemplate.regex(text(a[0]), text(a[2]), text(a[3]));
                    return BooleanNode.valueOf(
                            pattern(evaluation, regex).matcher(text(a[1])).find());
                });
    }

    private static JsonNode replace(
            Evaluation evaluation, String base, String regex, String template) {
        var matcher = pattern(evaluation, regex).matcher(base);
        var result = new StringBuilder();
        int end = 0;
        for (boolean found = matcher.find(); found; found = findNext(matcher)) {
            result.append(base, end, matcher.start());
            GoTemplate.expand(template, matcher, result);
            end = matcher.end();
        }
        return TextNode.valueOf(result.append(base, end, base.length()).toString());
    }

    // Go's Regexp.Split: an empty match at the very start or end separates nothing.
    private static JsonNode split(Pattern pattern, String text) {
        var parts = JsonNodeFactory.instance.arrayNode();
        if (!pattern.pattern().isEmpty() && text.isEmpty()) {
            return parts.add("");
        }
        var matcher = pattern.matcher(text);
        int begin = 0;
        int end = 0;
        for (boolean found = matcher.find(); found; found = findNext(matcher)) {
            end = matcher.start();
            if (matcher.end() != 0) {
                parts.add(text.substring(begin, end));
            }
            begin = matcher.end();
        }
        return end == text.length() ? parts : parts.add(text.substring(begin));
    }

    private static JsonNode find(Pattern pattern, String text, JsonNode most) {
        if (!most.isIntegralNumber()) {
            throw new BuiltinError("regex.find_n: operand 3 must be an integer");
        }
        ArrayNode found = JsonNodeFactory.instance.arrayNode();
        long limit = most.longValue() < 0 ? Long.MAX_VALUE : most.longValue();
        Matcher matcher = pattern.matcher(text);
        boolean isThere = matcher.find();
        while (isThere && found.size() < limit) {
            found.add(matcher.group());
            isThere = findNext(matcher);
        }
        return found;
    }

    // Go passes over an empty match right after another match.
    private static boolean findNext(Matcher matcher) {
        int end = matcher.end();
        boolean found = matcher.find();
        return (found && matcher.end() == end) ? matcher.find() : found;
    }

    private static Pattern pattern(Evaluation evaluation, String regex) {
        return evaluation.cached(Pattern.class, regex, RegexFunctions::compile);
    }

    private static Pattern compile(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new BuiltinError("error parsing regexp: " + e.getMessage());
        }
    }

    private static String text(JsonNode operand) {
        if (!operand.isTextual()) {
            throw new BuiltinError("operand must be string but got " + operand.getNodeType());
        }
        return operand.textValue();
    }
}
