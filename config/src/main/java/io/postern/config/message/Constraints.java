package io.postern.config.message;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import com.linecorp.armeria.internal.shaded.xds.pgv.ReflectiveValidatorIndex;
import com.linecorp.armeria.internal.shaded.xds.pgv.ValidationException;
import com.linecorp.armeria.internal.shaded.xds.pgv.ValidatorImpl;
import com.linecorp.armeria.internal.shaded.xds.pgv.ValidatorIndex;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Spot;
import java.util.List;

/**
 * Checks messages against the constraints that their proto files declare ({@code validate.rules}).
 *
 * <p>The generated validators stop at the first error and name a field without its path. So a
 * message is checked as a whole first; only when that fails is each message in it checked alone,
 * which finds all errors and their places. Does not look into an {@code Any}.
 *
 * <p>The only class that touches the validators: they are an internal package of another project.
 * Each is looked for once. Confined to the loading thread.
 */
final class Constraints {
    private final ValidatorIndex whole = new ReflectiveValidatorIndex(ValidatorIndex.ALWAYS_VALID);

    /** Whether {@code message} keeps to its constraints; if not, the errors are told. */
    boolean check(Message message, Spot spot, Diagnostics diagnostics) {
        try {
            whole.validatorFor(message).assertValid(message);
            return true;
        } catch (ValidationException e) {
            eachAlone(message, spot, diagnostics);
            return false;
        }
    }

    private static void eachAlone(Message message, Spot spot, Diagnostics diagnostics) {
        alone(message, spot, diagnostics);
        for (var set : message.getAllFields().entrySet()) {
            var field = set.getKey();
            if (!holdsMessages(field)) {
                continue;
            }
            var at = spot.field(field.getName());
            if (!field.isRepeated()) {
                eachAlone((Message) set.getValue(), at, diagnostics);
                continue;
            }
            int index = 0;
            for (var element : (List<?>) set.getValue()) {
                if (element instanceof MapEntry<?, ?> entry) {
                    eachAlone(
                            (Message) entry.getValue(),
                            at.key(entry.getKey().toString()),
                            diagnostics);
                } else {
                    eachAlone((Message) element, at.index(index++), diagnostics);
                }
            }
        }
    }

    private static boolean holdsMessages(FieldDescriptor field) {
        var holder = field.isMapField() ? field.getMessageType().findFieldByNumber(2) : field;
        return holder.getJavaType() == JavaType.MESSAGE
                && !WellKnownTypes.isSpecial(holder.getMessageType());
    }

    private static void alone(Message message, Spot spot, Diagnostics diagnostics) {
        try {
            validator(message.getClass()).assertValid(message, ValidatorIndex.ALWAYS_VALID);
        } catch (ValidationException e) {
            var name = e.getField().substring(e.getField().lastIndexOf('.') + 1);
            var value = e.getValue() == null ? "null" : String.valueOf(e.getValue());
            var found = value.length() > 80 ? value.substring(0, 80) + "…" : value;
            diagnostics.error(
                    ConstraintTexts.spot(message, name, spot),
                    ConstraintTexts.message(message, name, found, e.getReason()));
        }
    }

    /** Found as {@code ReflectiveValidatorIndex} does, which would check what is inside as well. */
    @SuppressWarnings("unchecked") // the generated validator for this very class
    private static ValidatorImpl<Message> validator(Class<?> type) {
        var top = type;
        while (top.getEnclosingClass() != null) {
            top = top.getEnclosingClass();
        }
        try {
            var validator = Class.forName(top.getName() + "Validator", true, type.getClassLoader());
            var impl = validator.getMethod("validatorFor", Class.class).invoke(null, type);
            return impl == null ? ValidatorImpl.ALWAYS_VALID : (ValidatorImpl<Message>) impl;
        } catch (ReflectiveOperationException e) {
            return ValidatorImpl.ALWAYS_VALID; // our own messages have none
        }
    }
}
