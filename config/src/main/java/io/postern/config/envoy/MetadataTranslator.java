package io.postern.config.envoy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.postern.sdk.Metadata;
import io.postern.sdk.MetadataValue;
import java.util.LinkedHashMap;

/**
 * Translates {@code envoy.config.core.v3.Metadata}. Typed metadata is left out: only extensions
 * that know its types read it.
 */
final class MetadataTranslator {
    private MetadataTranslator() {}

    static Metadata translate(io.envoyproxy.envoy.config.core.v3.Metadata metadata) {
        if (metadata.getFilterMetadataCount() == 0) {
            return Metadata.none();
        }
        var namespaces = new LinkedHashMap<String, MetadataValue.Struct>();
        metadata.getFilterMetadataMap()
                .forEach((name, struct) -> namespaces.put(name, struct(struct)));
        return new Metadata(namespaces);
    }

    static MetadataValue.Struct struct(Struct struct) {
        var fields = new LinkedHashMap<String, MetadataValue>();
        struct.getFieldsMap().forEach((name, value) -> fields.put(name, value(value)));
        return new MetadataValue.Struct(fields);
    }

    private static MetadataValue value(Value value) {
        return switch (value.getKindCase()) {
            case STRUCT_VALUE -> struct(value.getStructValue());
            case LIST_VALUE ->
                    new MetadataValue.Items(
                            value.getListValue().getValuesList().stream()
                                    .map(MetadataTranslator::value)
                                    .toList());
            case STRING_VALUE -> new MetadataValue.Text(value.getStringValue());
            case BOOL_VALUE -> new MetadataValue.Bool(value.getBoolValue());
            case NUMBER_VALUE -> new MetadataValue.Numeric(value.getNumberValue());
            case NULL_VALUE, KIND_NOT_SET -> new MetadataValue.Null();
        };
    }
}
