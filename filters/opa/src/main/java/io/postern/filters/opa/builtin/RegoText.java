package io.postern.filters.opa.builtin;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Values as Rego shows them: {@code ["a", 1]}, {@code {"k": true}}, {@code {1, 2}}; text stays as
 * it is.
 */
final class RegoText {
    private RegoText() {}

    static String of(JsonNode value) {
        if (value.isTextual()) {
            return value.textValue();
        }
        var text = new StringBuilder();
        append(value, text);
        return text.toString();
    }

    private static void append(JsonNode value, StringBuilder text) {
        switch (value.getNodeType()) {
            case ARRAY -> {
                boolean isSet = value instanceof RegoSet;
                String before = isSet ? "{" : "[";
                for (var member : value) {
                    append(member, text.append(before));
                    before = ", ";
                }
                text.append(!value.isEmpty() ? isSet ? "}" : "]" : isSet ? "set()" : "[]");
            }
            case OBJECT -> {
                String before = "{";
                for (var member : value.properties()) {
                    text.append(before).append(GoQuote.quote(member.getKey(), false)).append(": ");
                    append(member.getValue(), text);
                    before = ", ";
                }
                text.append(value.isEmpty() ? "{}" : "}");
            }
            case STRING -> text.append(GoQuote.quote(value.textValue(), false));
            default -> text.append(value.asText());
        }
    }
}
