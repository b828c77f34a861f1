package io.postern.xds.resources.document;

import io.postern.config.source.JsonText;
import io.postern.xds.resources.document.Shape.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON schema of a kind, made of the shape that its documents are checked with, so that editors
 * and Postern say the same.
 *
 * <p>Source: JSON Schema, draft 2020-12.
 */
public final class JsonSchema {
    private JsonSchema() {}

    /** The schema of {@code kind}, as text. */
    public static String of(Kind kind) {
        var schema = new LinkedHashMap<String, Object>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", kind.name());
        schema.put("description", kind.meaning());
        schema.putAll(shape(Envelope.of(kind)));
        if (schema.get("properties") instanceof Map<?, ?> properties) {
            var all = new LinkedHashMap<Object, Object>(properties);
            all.put("apiVersion", Map.of("enum", kind.apiVersions()));
            all.put("kind", Map.of("const", kind.name()));
            schema.put("properties", all);
        }
        var text = new StringBuilder();
        write(schema, 0, text);
        return text.append('\n').toString();
    }

    private static Map<String, Object> shape(Shape shape) {
        var schema = new LinkedHashMap<String, Object>();
        switch (shape) {
            case Shape.Text text -> {
                schema.put("type", "string");
                putUnless(0, "minLength", text.minLength(), schema);
                putUnless(Integer.MAX_VALUE, "maxLength", text.maxLength(), schema);
                if (!text.pattern().isEmpty()) {
                    schema.put("pattern", "^(" + text.pattern() + ")$");
                }
            }
            case Shape.Word(var words) -> schema.put("enum", words);
            case Shape.Whole(var min, var max) -> {
                schema.put("type", "integer");
                schema.put("minimum", min);
                schema.put("maximum", max);
            }
            case Shape.Truth _ -> schema.put("type", "boolean");
            case Shape.Items(var item, var min, var max) -> {
                schema.put("type", "array");
                putUnless(0, "minItems", min, schema);
                schema.put("maxItems", max);
                schema.put("items", shape(item));
            }
            case Shape.Table(var value, var max) -> {
                schema.put("type", "object");
                schema.put("maxProperties", max);
                schema.put("additionalProperties", shape(value));
            }
            case Shape.Fields(var fields) -> fields(fields, schema);
            case Shape.NumberOrText _ -> schema.put("type", List.of("integer", "string"));
            case Shape.Unsupported _ -> schema.put("not", Map.of());
            case Shape.Anything _ -> {}
        }
        return schema;
    }

    private static void fields(Map<String, Field> fields, Map<String, Object> schema) {
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        var required = new ArrayList<String>();
        var properties = new LinkedHashMap<String, Object>();
        fields.forEach((name, field) -> {
            var property = new LinkedHashMap<String, Object>();
            if (!field.meaning().isEmpty()) {
                property.put("description", field.meaning());
            }
            property.putAll(shape(field.shape()));
            properties.put(name, property);
            if (field.required()) {
                required.add(name);
            }
        });
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("properties", properties);
    }

    private static void putUnless(
            int meansNothing, String name, int value, Map<String, Object> schema) {
        if (value != meansNothing) {
            schema.put(name, value);
        }
    }

    private static void write(Object value, int indent, StringBuilder text) {
        switch (value) {
            case Map<?, ?> map -> {
                var separator = "";
                text.append('{');
                for (var entry : map.entrySet()) {
                    text.append(separator).append('\n').append(" ".repeat(indent + 2));
                    separator = ",";
                    JsonText.quote(entry.getKey().toString(), text);
                    text.append(": ");
                    write(entry.getValue(), indent + 2, text);
                }
                text.append(map.isEmpty() ? "}" : "\n" + " ".repeat(indent) + "}");
            }
            case List<?> list -> {
                var separator = "";
                text.append('[');
                for (var item : list) {
                    text.append(separator);
                    separator = ", ";
                    write(item, indent, text);
                }
                text.append(']');
            }
            case String string -> JsonText.quote(string, text);
            default -> text.append(value);
        }
    }
}
