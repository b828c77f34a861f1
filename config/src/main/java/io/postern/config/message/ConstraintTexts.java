package io.postern.config.message;

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
        if (reason.equals("is required")) {
            return name + " is missing (" + type.getFullName() + " requires it)";
        }
        if (found.isEmpty() || found.equals("[]")) {
            return name + " is missing or empty (" + reason + ")";
        }
        return name + " is " + found.strip() + " (" + reason + ")";
    }
}
