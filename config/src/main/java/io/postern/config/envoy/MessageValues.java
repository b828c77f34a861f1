package io.postern.config.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.ListValue;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.postern.sdk.MessageValue;
import io.postern.sdk.MetadataValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Messages as values that say what they hold, without their types. */
final class MessageValues {
    private MessageValues() {}

    static MessageValue of(Message message) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            Object value = message.getField(field);
            fields.put(field.getName(), field.isMapField() ? map((List<?>) value) : value(value));
        }
        return new MessageValue(message.toByteArray(), fields);
    }

    private static Map<String, Object> map(List<?> entries) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Object entry : entries) {
            if (entry instanceof MapEntry<?, ?> pair) {
                map.put(String.valueOf(pair.getKey()), value(pair.getValue()));
            }
        }
        return map;
    }

    private static Object value(Object value) {
        return switch (value) {
            case Struct struct -> {
                Map<String, Object> map = new LinkedHashMap<>();
                struct.getFieldsMap().forEach((name, field) -> map.put(name, json(field)));
                yield map;
            }
            case ListValue list -> value(list.getValuesList());
            case List<?> list -> list.stream().map(MessageValues::value).toList();
            case Value json -> json(json);
            case Message message -> of(message);
            case ByteString octets -> octets.toByteArray();
            case EnumValueDescriptor constant -> (long) constant.getNumber();
            case Integer number -> number.longValue();
            case Float number -> number.doubleValue();
            default -> value;
        };
    }

    private static Object json(Value value) {
        return switch (value.getKindCase()) {
            case STRUCT_VALUE -> value(value.getStructValue());
            case LIST_VALUE -> value(value.getListValue());
            case STRING_VALUE -> value.getStringValue();
            case NUMBER_VALUE -> value.getNumberValue();
            case BOOL_VALUE -> value.getBoolValue();
            case NULL_VALUE, KIND_NOT_SET -> new MetadataValue.Null();
        };
    }
}
