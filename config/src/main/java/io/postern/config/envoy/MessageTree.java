package io.postern.config.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.postern.config.message.MessageTypes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import udpa.annotations.Sensitive;

/**
 * Messages as maps, lists, texts, numbers and truths, named and written as in Envoy's JSON, with
 * everything left out that {@code udpa.annotations.sensitive} marks. Confined to one thread.
 *
 * <p>Source: Envoy's MessageUtil::redact.
 */
final class MessageTree {
    private static final String REDACTED = "[redacted]";
    private static final String WELL_KNOWN = "google.protobuf.";

    private final MessageTypes types;

    MessageTree(MessageTypes types) {
        this.types = types;
    }

    /** The fields that are set, in the order of their numbers. */
    Map<String, Object> fields(MessageOrBuilder message) {
        return fields(message, false);
    }

    /** As in an Any: with {@code @type} in front. */
    Map<String, Object> typed(Message message) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("@type", MessageTypes.URL_PREFIX + message.getDescriptorForType().getFullName());
        tree.putAll(fields(message));
        return tree;
    }

    private Map<String, Object> fields(MessageOrBuilder message, boolean secret) {
        var tree = new LinkedHashMap<String, Object>();
        message.getAllFields()
                .forEach((field, value) -> {
                    boolean hidden = secret || field.getOptions().getExtension(Sensitive.sensitive);
                    Object shown = value(field, value, hidden);
                    if (shown != null) {
                        tree.put(field.getName(), shown);
                    }
                });
        return tree;
    }

    private @Nullable Object value(FieldDescriptor field, Object value, boolean secret) {
        if (field.isMapField()) {
            return map((List<?>) value, secret);
        }
        if (field.isRepeated()) {
            var list = new ArrayList<Object>();
            for (Object element : (List<?>) value) {
                Object shown = one(field, element, secret);
                if (shown != null) {
                    list.add(shown);
                }
            }
            return list;
        }
        return one(field, value, secret);
    }

    private Map<String, Object> map(List<?> entries, boolean secret) {
        var tree = new LinkedHashMap<String, Object>();
        for (Object entry : entries) {
            var message = (Message) entry;
            var type = message.getDescriptorForType();
            Object key = message.getField(type.findFieldByNumber(1));
            FieldDescriptor valueField = type.findFieldByNumber(2);
            Object shown = one(valueField, message.getField(valueField), secret);
            if (shown != null) {
                tree.put(key.toString(), shown);
            }
        }
        return tree;
    }

    // null: a secret that is no text is left out
    private @Nullable Object one(FieldDescriptor field, Object value, boolean secret) {
        return switch (value) {
            case Message message -> message(message, secret);
            case String text -> secret ? REDACTED : text;
            case ByteString octets -> base64(secret ? ByteString.copyFromUtf8(REDACTED) : octets);
            case EnumValueDescriptor constant -> secret ? null : constant.getName();
            case Long number when !secret ->
                    // 64 bits are texts in JSON, unsigned where the field is
                    field.getType() == FieldDescriptor.Type.UINT64
                            ? Long.toUnsignedString(number)
                            : number.toString();
            case Integer number when !secret ->
                    field.getType() == FieldDescriptor.Type.UINT32
                            ? (Object) Integer.toUnsignedLong(number)
                            : number;
            default -> secret ? null : value;
        };
    }

    private @Nullable Object message(Message message, boolean secret) {
        var type = message.getDescriptorForType();
        if (message instanceof Any any) {
            return any(any, secret);
        }
        if (!type.getFullName().startsWith(WELL_KNOWN)) {
            return fields(message, secret);
        }
        return switch (message) {
            case com.google.protobuf.Duration duration ->
                    secret ? null : Durations.toString(duration);
            case com.google.protobuf.Timestamp timestamp ->
                    secret ? null : Timestamps.toString(timestamp);
            case Struct struct -> secret ? REDACTED : struct(struct);
            case Value any -> secret ? REDACTED : json(any);
            default -> wrapped(message, secret);
        };
    }

    private @Nullable Object wrapped(Message wrapper, boolean secret) {
        FieldDescriptor value = wrapper.getDescriptorForType().findFieldByName("value");
        return value == null
                ? fields(wrapper, secret)
                : one(value, wrapper.getField(value), secret);
    }

    private Map<String, Object> any(Any any, boolean secret) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("@type", any.getTypeUrl());
        Message prototype = types.prototype(MessageTypes.nameOf(any.getTypeUrl()));
        Message content = prototype == null ? null : parsed(prototype, any.getValue());
        if (content == null) {
            tree.put("value", secret ? REDACTED : base64(any.getValue()));
        } else if (message(content, secret) instanceof Map<?, ?> fields
                && !content.getDescriptorForType().getFullName().startsWith(WELL_KNOWN)) {
            fields.forEach((name, value) -> tree.put(name.toString(), value));
        } else {
            Object value = message(content, secret);
            tree.put("value", value == null ? REDACTED : value);
        }
        return tree;
    }

    private static @Nullable Message parsed(Message prototype, ByteString octets) {
        try {
            return prototype.getParserForType().parseFrom(octets);
        } catch (InvalidProtocolBufferException _) {
            return null;
        }
    }

    private static Map<String, Object> struct(Struct struct) {
        var tree = new LinkedHashMap<String, Object>();
        struct.getFieldsMap().forEach((name, value) -> tree.put(name, json(value)));
        return tree;
    }

    private static Object json(Value value) {
        return switch (value.getKindCase()) {
            case STRUCT_VALUE -> struct(value.getStructValue());
            case LIST_VALUE ->
                    value.getListValue().getValuesList().stream().map(MessageTree::json).toList();
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case NUMBER_VALUE -> {
                double number = value.getNumberValue();
                boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15;
                yield whole ? (Object) (long) number : (Object) number;
            }
            case NULL_VALUE, KIND_NOT_SET -> "null";
        };
    }

    private static String base64(ByteString octets) {
        return Base64.getEncoder().encodeToString(octets.toByteArray());
    }
}
