package io.postern.xds.resources;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.postern.config.message.MessageTypes;
import io.postern.xds.resources.envoy.Digests;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Messages as maps and lists in Envoy's JSON form; long octets by their digest. */
final class MessageText {
    private static final int LONG = 64;

    private final MessageTypes types = new MessageTypes();

    Object tree(Message message) {
        return switch (message) {
            case Any any -> any(any);
            case com.google.protobuf.Duration duration -> Durations.toString(duration);
            case com.google.protobuf.StringValue text -> text.getValue();
            case com.google.protobuf.UInt32Value number -> number.getValue();
            case com.google.protobuf.BoolValue truth -> truth.getValue();
            default -> fields(message);
        };
    }

    private Map<String, Object> fields(Message message) {
        var tree = new LinkedHashMap<String, Object>();
        message.getAllFields()
                .forEach((field, value) -> tree.put(field.getName(), value(field, value)));
        return tree;
    }

    private Object value(FieldDescriptor field, Object value) {
        if (field.isMapField()) {
            var map = new TreeMap<String, Object>();
            for (var entry : (List<?>) value) {
                var message = (Message) entry;
                var type = message.getDescriptorForType();
                map.put(
                        message.getField(type.findFieldByNumber(1)).toString(),
                        one(message.getField(type.findFieldByNumber(2))));
            }
            return map;
        }
        if (field.isRepeated()) {
            var list = new ArrayList<Object>();
            ((List<?>) value).forEach(one -> list.add(one(one)));
            return list;
        }
        return one(value);
    }

    private Object one(Object value) {
        return switch (value) {
            case Message message -> tree(message);
            case EnumValueDescriptor constant -> constant.getName();
            case ByteString octets ->
                    octets.size() > LONG
                            ? octets.size()
                                    + " octets, sha256 "
                                    + Digests.sha256(octets.toByteArray())
                            : Base64.getEncoder().encodeToString(octets.toByteArray());
            default -> value;
        };
    }

    private Object any(Any any) {
        var tree = new LinkedHashMap<String, Object>();
        if (any.getTypeUrl().isEmpty()) {
            return tree;
        }
        tree.put("@type", any.getTypeUrl());
        var prototype = types.prototype(MessageTypes.nameOf(any.getTypeUrl()));
        if (prototype == null) {
            throw new IllegalStateException("no class for " + any.getTypeUrl());
        }
        try {
            var inner = tree(prototype.getParserForType().parseFrom(any.getValue()));
            if (inner instanceof Map<?, ?> map) {
                map.forEach((key, value) -> tree.put(key.toString(), value));
            } else {
                tree.put("value", inner);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
        return tree;
    }
}
