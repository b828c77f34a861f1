package io.postern.config.envoy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.postern.config.source.Spot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code json_format}: texts become formats, numbers and booleans stay as they are, maps and
 * lists nest.
 */
final class JsonLayoutParser {
    private final FormatParser formats;

    JsonLayoutParser(FormatParser formats) {
        this.formats = formats;
    }

    Map<String, Object> fields(Struct struct, Spot spot) {
        var fields = new LinkedHashMap<String, Object>();
        struct.getFieldsMap()
                .forEach((name, value) -> fields.put(name, value(value, spot.key(name))));
        return fields;
    }

    private Object value(Value value, Spot spot) {
        return switch (value.getKindCase()) {
            case STRING_VALUE -> formats.parse(value.getStringValue(), spot);
            case NUMBER_VALUE -> value.getNumberValue();
            case BOOL_VALUE -> value.getBoolValue();
            case STRUCT_VALUE -> fields(value.getStructValue(), spot);
            case LIST_VALUE -> {
                List<Object> items = new ArrayList<>();
                var values = value.getListValue().getValuesList();
                for (int i = 0; i < values.size(); i++) {
                    items.add(value(values.get(i), spot.index(i)));
                }
                yield List.copyOf(items);
            }
            case NULL_VALUE, KIND_NOT_SET -> formats.parse("", spot);
        };
    }
}
