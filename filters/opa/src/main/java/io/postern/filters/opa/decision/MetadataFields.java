package io.postern.filters.opa.decision;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.sdk.MetadataValue;
import io.postern.sdk.MetadataValue.Struct;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/** {@code dynamic_metadata} of a decision: JSON as a {@code google.protobuf.Struct} has it. */
final class MetadataFields {
    private MetadataFields() {}

    static Struct of(JsonNode decision) {
        var metadata = decision.get("dynamic_metadata");
        if (metadata == null) {
            return Struct.empty();
        }
        if (!metadata.isObject()) {
            throw new BadDecision(
                    "dynamic_metadata must be an object, is " + metadata.getNodeType());
        }
        return struct(metadata);
    }

    private static Struct struct(JsonNode object) {
        var fields = new LinkedHashMap<String, MetadataValue>();
        object.properties().forEach(field -> fields.put(field.getKey(), value(field.getValue())));
        return new Struct(fields);
    }

    private static MetadataValue value(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> struct(node);
            case ARRAY -> {
                var items = new ArrayList<MetadataValue>(node.size());
                node.forEach(item -> items.add(value(item)));
                yield new MetadataValue.Items(items);
            }
            case BOOLEAN -> new MetadataValue.Bool(node.booleanValue());
            case NUMBER -> new MetadataValue.Numeric(node.doubleValue());
            case STRING -> new MetadataValue.Text(node.textValue());
            case NULL, MISSING, BINARY, POJO -> new MetadataValue.Null();
        };
    }
}
