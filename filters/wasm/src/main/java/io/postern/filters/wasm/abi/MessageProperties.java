package io.postern.filters.wasm.abi;

import io.postern.sdk.MessageValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A path into a protobuf message, as CEL goes it: fields by name, map entries by key, list elements
 * by number; a Struct is a map. Values as {@link Properties} has them.
 *
 * <p>Source: {@code serializeValue} and {@code Context::getProperty} of Envoy's wasm extension.
 */
final class MessageProperties {
    private static final String SEPARATOR = "\0";

    private MessageProperties() {}

    /** Finds a value; a {@link Status}. */
    static int find(MessageValue message, String path, ByteOutput value) {
        Object found = message;
        if (!path.isEmpty()) {
            for (String key : path.split(SEPARATOR, -1)) {
                found = step(found, key);
                if (found == null) {
                    return Status.NOT_FOUND;
                }
            }
        }
        return serialize(found, value);
    }

    private static @Nullable Object step(Object from, String key) {
        return switch (from) {
            case MessageValue(_, var fields) -> fields.get(key);
            case Map<?, ?> map -> map.get(key);
            case List<?> list -> {
                int index = key.matches("[0-9]{1,8}") ? Integer.parseInt(key) : list.size();
                yield index < list.size() ? list.get(index) : null;
            }
            default -> null;
        };
    }

    private static int serialize(Object found, ByteOutput value) {
        return switch (found) {
            case String text -> Properties.text(value, text);
            case byte[] octets -> Properties.bytes(value, octets, 0, octets.length);
            case Boolean flag -> Properties.bool(value, flag);
            case Long number -> Properties.number(value, number);
            case Double number -> {
                value.putLong(Double.doubleToRawLongBits(number)).as(ValueType.DOUBLE);
                yield Status.OK;
            }
            case Map<?, ?> map -> {
                var parts = new ArrayList<Object>(2 * map.size());
                map.forEach((name, field) -> {
                    parts.add(name);
                    parts.add(field);
                });
                yield pairs(parts, value);
            }
            case List<?> list -> {
                var parts = new ArrayList<Object>(2 * list.size());
                list.forEach(item -> {
                    parts.add(item);
                    parts.add("");
                });
                yield pairs(parts, value);
            }
            case MessageValue(var octets, _) -> {
                value.put(octets, 0, octets.length).as(ValueType.MESSAGE);
                yield Status.OK;
            }
            default -> Status.SERIALIZATION_FAILURE; // a null of JSON
        };
    }

    // Names and values in turn.
    private static int pairs(List<Object> parts, ByteOutput value) {
        var serialized = new ArrayList<ByteOutput>(parts.size());
        for (Object part : parts) {
            var one = new ByteOutput();
            int status = serialize(part, one);
            if (status != Status.OK) {
                return status;
            }
            serialized.add(one);
        }
        return MetadataProperties.joined(serialized, value);
    }
}
