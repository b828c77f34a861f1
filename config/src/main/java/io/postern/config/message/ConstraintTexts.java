package io.postern.config.message;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.postern.config.source.Spot;
import java.util.stream.Collectors;

/** The words of the constraint validators, in our form. */
final class ConstraintTexts {
    private ConstraintTexts() {}

    /** {@code name} is a field, or a oneof of which nothing was set. */
    static Spot spot(Message message, String name, Spot spot) {
        return message.getDescriptorForType().findFieldByName(name) == null
                ? spot
                : spot.field(name);
    }

    static String message(Message message, String name, String found, String reason) {
        var type = message.getDescriptorForType();
        for (var oneof : type.getOneofs()) {
            if (oneof.getName().equals(name)) {
                var choices =
                        oneof.getFields().stream()
                                .filter(field -> !field.getOptions().getDeprecated())
                                .map(field -> field.getName())
                                .collect(Collectors.joining(", "));
                return "nothing set (expected: one of " + choices + ")";
            }
        }
        var field = type.findFieldByName(name);
        if (field != null && field.getType() == FieldDescriptor.Type.ENUM && !field.isRepeated()) {
            var known =
                    field.getEnumType().getValues().stream()
                            .map(value -> value.getName())
                            .collect(Collectors.joining(", "));
            var value = (EnumValueDescriptor) message.getField(field);
            var shown = value.getIndex() < 0 ? String.valueOf(value.getNumber()) : value.getName();
            return name + " is " + shown + " (expected: one of " + known + ")";
        }
        if (reason.equals("is required")) {
            return name + " is missing (" + type.getFullName() + " requires it)";
        }
        if (found.isEmpty() || found.equals("[]")) {
            return name + " is missing or empty (" + reason + ")";
        }
        return name + " is " + found.strip() + " (" + reason + ")";
    }
}
